import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";

import { appRoute } from "@/app/routes/base";
import { textParam } from "@/lib/search";

interface AuditSearch {
  user?: string;
  workspace?: string;
  kind?: string;
  since?: string;
  until?: string;
}

type Search = Record<string, unknown>;

const adminRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/admin",
  component: lazyRouteComponent(() => import("@/features/admin/AdminPage"), "AdminPage"),
});

const adminIndexRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/admin/users", replace: true });
  },
});

const adminUsersRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: "/users",
  validateSearch: (search: Search): { search?: string; only?: string } => ({
    search: textParam(search.search),
    only: textParam(search.only),
  }),
  component: lazyRouteComponent(() => import("@/features/admin/UsersTab"), "UsersTab"),
});

const adminWorkspacesRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: "/workspaces",
  validateSearch: (search: Search): { search?: string } => ({ search: textParam(search.search) }),
  component: lazyRouteComponent(() => import("@/features/admin/WorkspacesTab"), "WorkspacesTab"),
});

const adminJobsRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: "/jobs",
  validateSearch: (search: Search): { status?: string; kind?: string; workspace?: string } => ({
    status: textParam(search.status),
    kind: textParam(search.kind),
    workspace: textParam(search.workspace),
  }),
  component: lazyRouteComponent(() => import("@/features/admin/JobsTab"), "JobsTab"),
});

const adminSystemRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: "/system",
  component: lazyRouteComponent(() => import("@/features/admin/SystemTab"), "SystemTab"),
});

const adminAuditRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: "/audit",
  validateSearch: (search: Search): AuditSearch => ({
    user: textParam(search.user),
    workspace: textParam(search.workspace),
    kind: textParam(search.kind),
    since: textParam(search.since),
    until: textParam(search.until),
  }),
  component: lazyRouteComponent(() => import("@/features/admin/AuditTab"), "AuditTab"),
});

export const adminRoutes = adminRoute.addChildren([
  adminIndexRoute,
  adminUsersRoute,
  adminWorkspacesRoute,
  adminJobsRoute,
  adminSystemRoute,
  adminAuditRoute,
]);
