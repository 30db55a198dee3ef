import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { appRoute } from "@/app/routes/base";
import { requireEditor } from "@/app/session";
import { textParam } from "@/lib/search";

type Search = Record<string, unknown>;

const syncsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/syncs",
  component: lazyRouteComponent(() => import("@/features/syncs/SyncsPage"), "SyncsPage"),
});

const newSyncRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/syncs/new",
  beforeLoad: ({ context }) => requireEditor(context.queryClient),
  validateSearch: (search: Search): { dataset?: string; preset?: string } => ({
    dataset: textParam(search.dataset),
    preset: textParam(search.preset),
  }),
  component: lazyRouteComponent(() => import("@/features/syncs/NewSyncPage"), "NewSyncPage"),
});

const syncRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/syncs/$id",
  validateSearch: (search: Search): { tab?: string; status?: string } => ({
    tab: textParam(search.tab),
    status: textParam(search.status),
  }),
  component: lazyRouteComponent(() => import("@/features/syncs/SyncPage"), "SyncPage"),
});

const editSyncRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/syncs/$id/edit",
  beforeLoad: ({ context }) => requireEditor(context.queryClient),
  component: lazyRouteComponent(() => import("@/features/syncs/EditSyncPage"), "EditSyncPage"),
});

const webhooksRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/webhooks",
  component: lazyRouteComponent(() => import("@/features/webhooks/WebhooksPage"), "WebhooksPage"),
});

const webhookRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/webhooks/$id",
  validateSearch: (search: Search): { status?: string; delivery?: string } => ({
    status: textParam(search.status),
    delivery: textParam(search.delivery),
  }),
  component: lazyRouteComponent(() => import("@/features/webhooks/WebhookPage"), "WebhookPage"),
});

export const syncRoutes = [
  syncsRoute,
  newSyncRoute,
  syncRoute,
  editSyncRoute,
  webhooksRoute,
  webhookRoute,
] as const;
