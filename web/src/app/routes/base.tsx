import { useDocumentTitle } from "@mantine/hooks";
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  Outlet,
  type ErrorComponentProps,
} from "@tanstack/react-router";

import { isNotFound } from "@/api/problem";
import { AppFrame } from "@/app/AppFrame";
import { ServerProblem } from "@/app/serverProblem";
import { loadInstance, requireNobody, requireUser } from "@/app/session";
import { LoadError } from "@/components/LoadError";
import { NotFoundPage } from "@/components/NotFoundPage";

interface RouterContext {
  queryClient: QueryClient;
}

const served = new ServerProblem(document, window.location.pathname);

/** The server could not answer at this address: the page that it sent says why. */
function ServerProblemPage({ error }: ErrorComponentProps) {
  useDocumentTitle("Error · Rowmill");
  if (isNotFound(error)) return <NotFoundPage error={error} />;
  return <LoadError level={1} error={error} onRetry={() => window.location.reload()} />;
}

export const rootRoute = createRootRouteWithContext<RouterContext>()({
  beforeLoad: ({ location }) => {
    const problem = served.at(location.pathname);
    if (problem) throw problem;
  },
  component: Outlet,
  errorComponent: ServerProblemPage,
});

export const publicRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "public",
  beforeLoad: ({ context }) => requireNobody(context.queryClient),
  loader: ({ context }) => loadInstance(context.queryClient),
});

export const appRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "app",
  beforeLoad: ({ context, location }) => requireUser(context.queryClient, location.href),
  component: AppFrame,
});
