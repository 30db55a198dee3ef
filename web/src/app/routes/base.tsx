import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, Outlet } from "@tanstack/react-router";

import { AppFrame } from "@/app/AppFrame";
import { loadInstance, requireNobody, requireUser } from "@/app/session";

interface RouterContext {
  queryClient: QueryClient;
}

export const rootRoute = createRootRouteWithContext<RouterContext>()({ component: Outlet });

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
