import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { appRoute } from "@/app/routes/base";
import { requireEditor } from "@/app/session";
import { textListParam, textParam } from "@/lib/search";

interface NewOperationSearch {
  dataset?: string;
  operation?: string;
  /** Names of columns. */
  c?: string[];
  /** Conditions, as "column:operator:value". */
  f?: string[];
}

type Search = Record<string, unknown>;

const operationsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/operations",
  validateSearch: (search: Search): { dataset?: string; status?: string } => ({
    dataset: textParam(search.dataset),
    status: textParam(search.status),
  }),
  component: lazyRouteComponent(
    () => import("@/features/operations/OperationsPage"),
    "OperationsPage",
  ),
});

const newOperationRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/operations/new",
  beforeLoad: ({ context }) => requireEditor(context.queryClient),
  validateSearch: (search: Search): NewOperationSearch => ({
    dataset: textParam(search.dataset),
    operation: textParam(search.operation),
    c: textListParam(search.c),
    f: textListParam(search.f),
  }),
  component: lazyRouteComponent(
    () => import("@/features/operations/NewOperationPage"),
    "NewOperationPage",
  ),
});

const operationRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/operations/$id",
  component: lazyRouteComponent(
    () => import("@/features/operations/OperationPage"),
    "OperationPage",
  ),
});

export const operationRoutes = [operationsRoute, newOperationRoute, operationRoute] as const;
