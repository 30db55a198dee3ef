import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";

import { instanceQuery } from "@/api/queries";
import { AccessForm } from "@/features/accounts/AccessForm";
import { AuthLayout } from "@/features/accounts/AuthLayout";

const route = getRouteApi("/public/register");

export function RegisterPage() {
  const search = route.useSearch();
  const { data: instance } = useQuery(instanceQuery);
  const isFirst = instance?.has_users === false;

  if (instance && !instance.registration_open) {
    return (
      <AuthLayout
        title="Registration is closed"
        lead="Ask the administrator of this server for an account."
        foot={<Link to="/login">Sign in</Link>}
      >
        {null}
      </AuthLayout>
    );
  }
  return (
    <AuthLayout
      title={isFirst ? "Welcome to Rowmill" : "Create an account"}
      lead={
        isFirst
          ? "Create the first account: it becomes the administrator of this server."
          : "You get a workspace of your own. Nobody else sees what you put in."
      }
      foot={
        isFirst ? undefined : (
          <>
            Already have an account?{" "}
            <Link to="/login" search={{ return: search.return }}>
              Sign in
            </Link>
          </>
        )
      }
    >
      <AccessForm how="register" submit="Create account" returnPath={search.return} />
    </AuthLayout>
  );
}
