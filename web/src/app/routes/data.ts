import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";

import { appRoute } from "@/app/routes/base";
import { filterParam, textParam } from "@/lib/search";

interface ExploreSearch {
  f?: string[];
  grain?: string;
  measure?: string;
}

interface TableSearch {
  f?: string[];
  sort?: string;
}

type Search = Record<string, unknown>;

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

export const dataRoutes = [
  homeRoute,
  datasetsRoute,
  datasetRoute.addChildren([datasetIndexRoute, exploreRoute, tableRoute, importsRoute, apiRoute]),
  importRoute,
  activityRoute,
] as const;
