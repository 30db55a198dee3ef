import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";

import { AppFrame } from "@/app/AppFrame";
import { loadInstance, requireNobody, requireUser } from "@/app/session";
import { ErrorPage } from "@/components/ErrorPage";
import { NotFoundPage } from "@/components/NotFoundPage";
import { PageLoading } from "@/components/PageLoading";
import { filterParam, parseSearch, stringifySearch, textParam } from "@/lib/search";

interface RouterContext {
  queryClient: QueryClient;
}

type Search = Record<string, unknown>;

interface LoginSearch {
  return?: string;
  /** Set when the session ended while the app was open. */
  ended?: string;
}

interface ExploreSearch {
  f?: string[];
  grain?: string;
  measure?: string;
}

interface TableSearch {
  f?: string[];
  sort?: string;
}

const rootRoute = createRootRouteWithContext<RouterContext>()({ component: Outlet });

const publicRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "public",
  beforeLoad: ({ context }) => requireNobody(context.queryClient),
  loader: ({ context }) => loadInstance(context.queryClient),
});

const loginRoute = createRoute({
  getParentRoute: () => publicRoute,
  path: "/login",
  validateSearch: (search: Search): LoginSearch => ({
    return: textParam(search.return),
    ended: textParam(search.ended),
  }),
  component: lazyRouteComponent(() => import("@/features/accounts/LoginPage"), "LoginPage"),
});

const registerRoute = createRoute({
  getParentRoute: () => publicRoute,
  path: "/register",
  validateSearch: (search: Search): LoginSearch => ({ return: textParam(search.return) }),
  component: lazyRouteComponent(() => import("@/features/accounts/RegisterPage"), "RegisterPage"),
});

const appRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "app",
  beforeLoad: ({ context, location }) => requireUser(context.queryClient, location.href),
  component: AppFrame,
});

const homeRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/",
  validateSearch: (search: Search): { search?: string } => ({ search: textParam(search.search) }),
  component: lazyRouteComponent(() => import("@/features/datasets/DatasetsPage"), "DatasetsPage"),
});

const datasetsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/datasets",
  beforeLoad: () => {
    throw redirect({ to: "/" });
  },
});

const datasetRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/datasets/$slug",
  component: lazyRouteComponent(() => import("@/features/datasets/DatasetPage"), "DatasetPage"),
});

const datasetIndexRoute = createRoute({
  getParentRoute: () => datasetRoute,
  path: "/",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/datasets/$slug/explore", params, replace: true });
  },
});

const exploreRoute = createRoute({
  getParentRoute: () => datasetRoute,
  path: "/explore",
  validateSearch: (search: Search): ExploreSearch => ({
    f: filterParam(search.f),
    grain: textParam(search.grain),
    measure: textParam(search.measure),
  }),
  component: lazyRouteComponent(() => import("@/features/explore/ExploreTab"), "ExploreTab"),
});

const tableRoute = createRoute({
  getParentRoute: () => datasetRoute,
  path: "/table",
  validateSearch: (search: Search): TableSearch => ({
    f: filterParam(search.f),
    sort: textParam(search.sort),
  }),
  component: lazyRouteComponent(() => import("@/features/records/TableTab"), "TableTab"),
});

const importsRoute = createRoute({
  getParentRoute: () => datasetRoute,
  path: "/imports",
  component: lazyRouteComponent(() => import("@/features/imports/ImportsTab"), "ImportsTab"),
});

const apiRoute = createRoute({
  getParentRoute: () => datasetRoute,
  path: "/api",
  component: lazyRouteComponent(() => import("@/features/developer/ApiTab"), "ApiTab"),
});

const importRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/imports/$id",
  component: lazyRouteComponent(() => import("@/features/imports/ImportPage"), "ImportPage"),
});

const activityRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/activity",
  component: lazyRouteComponent(() => import("@/features/activity/ActivityPage"), "ActivityPage"),
});

const accountRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/account",
  component: lazyRouteComponent(() => import("@/features/accounts/AccountPage"), "AccountPage"),
});

/** Any other address: not found, but within the app. */
const otherRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "$",
  component: () => <NotFoundPage />,
});

const routeTree = rootRoute.addChildren([
  publicRoute.addChildren([loginRoute, registerRoute]),
  appRoute.addChildren([
    homeRoute,
    datasetsRoute,
    datasetRoute.addChildren([datasetIndexRoute, exploreRoute, tableRoute, importsRoute, apiRoute]),
    importRoute,
    activityRoute,
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
