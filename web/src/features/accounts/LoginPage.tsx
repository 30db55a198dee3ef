import { Alert } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";

import { instanceQuery } from "@/api/queries";
import { AccessForm } from "@/features/accounts/AccessForm";
import { AuthLayout } from "@/features/accounts/AuthLayout";

const route = getRouteApi("/public/login");

export function LoginPage() {
  const search = route.useSearch();
  const { data: instance } = useQuery(instanceQuery);
  const register = instance?.registration_open !== false && (
    <>
      No account yet?{" "}
      <Link to="/register" search={{ return: search.return }}>
        Create one
      </Link>
    </>
  );
  return (
    <AuthLayout title="Sign in" lead="Your files, as clean tables with an API." foot={register}>
      {search.ended !== undefined && (
        <Alert color="yellow" variant="light" mb="md" role="status">
          Your session has ended. Sign in again to go on where you were.
        </Alert>
      )}
      <AccessForm how="login" submit="Sign in" returnPath={search.return} />
    </AuthLayout>
  );
}
