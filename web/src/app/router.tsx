import type { QueryClient } from "@tanstack/react-query";
import { createRoute, createRouter } from "@tanstack/react-router";

import { accountRoute, loginRoute, registerRoute, resetPasswordRoute } from "@/app/routes/accounts";
import { adminRoutes } from "@/app/routes/admin";
import { appRoute, publicRoute, rootRoute } from "@/app/routes/base";
import { dataRoutes } from "@/app/routes/data";
import { feedRoutes } from "@/app/routes/feeds";
import { operationRoutes } from "@/app/routes/operations";
import { printInvoiceRoute, retailRoutes } from "@/app/routes/retail";
import { syncRoutes } from "@/app/routes/syncs";
import { templateRoutes } from "@/app/routes/templates";
import { ErrorPage } from "@/components/ErrorPage";
import { NotFoundPage } from "@/components/NotFoundPage";
import { PageLoading } from "@/components/PageLoading";
import { parseSearch, stringifySearch } from "@/lib/search";

/** Any other address: not found, but within the app. */
const otherRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "$",
  component: () => <NotFoundPage />,
});

const routeTree = rootRoute.addChildren([
  publicRoute.addChildren([loginRoute, registerRoute]),
  resetPasswordRoute,
  printInvoiceRoute,
  appRoute.addChildren([
    ...dataRoutes,
    ...retailRoutes,
    ...operationRoutes,
    ...templateRoutes,
    ...feedRoutes,
    ...syncRoutes,
    adminRoutes,
    accountRoute,
    otherRoute,
  ]),
]);

export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    scrollRestoration: true,
    defaultPendingMs: 150,
    defaultPendingComponent: PageLoading,
    defaultErrorComponent: ErrorPage,
    defaultNotFoundComponent: () => <NotFoundPage />,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
