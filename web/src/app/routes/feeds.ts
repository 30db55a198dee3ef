import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { appRoute } from "@/app/routes/base";
import { requireEditor } from "@/app/session";
import { textParam } from "@/lib/search";

type Search = Record<string, unknown>;

const feedsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/feeds",
  component: lazyRouteComponent(() => import("@/features/feeds/FeedsPage"), "FeedsPage"),
});

const newFeedRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/feeds/new",
  beforeLoad: ({ context }) => requireEditor(context.queryClient),
  validateSearch: (search: Search): { kind?: string } => ({ kind: textParam(search.kind) }),
  component: lazyRouteComponent(() => import("@/features/feeds/NewFeedPage"), "NewFeedPage"),
});

const editFeedRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/feeds/$id/edit",
  beforeLoad: ({ context }) => requireEditor(context.queryClient),
  component: lazyRouteComponent(() => import("@/features/feeds/EditFeedPage"), "EditFeedPage"),
});

const feedRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/feeds/$id",
  component: lazyRouteComponent(() => import("@/features/feeds/FeedPage"), "FeedPage"),
});

const filesRoute = createRoute({
  getParentRoute: () => feedRoute,
  path: "/",
  validateSearch: (search: Search): { state?: string; search?: string; file?: string } => ({
    state: textParam(search.state),
    search: textParam(search.search),
    file: textParam(search.file),
  }),
  component: lazyRouteComponent(() => import("@/features/feeds/FilesTab"), "FilesTab"),
});

const runsRoute = createRoute({
  getParentRoute: () => feedRoute,
  path: "/runs",
  component: lazyRouteComponent(() => import("@/features/feeds/RunsTab"), "RunsTab"),
});

const previewRoute = createRoute({
  getParentRoute: () => feedRoute,
  path: "/preview",
  component: lazyRouteComponent(() => import("@/features/feeds/PreviewTab"), "PreviewTab"),
});

const settingsRoute = createRoute({
  getParentRoute: () => feedRoute,
  path: "/settings",
  component: lazyRouteComponent(() => import("@/features/feeds/SettingsTab"), "SettingsTab"),
});

export const feedRoutes = [
  feedsRoute,
  newFeedRoute,
  editFeedRoute,
  feedRoute.addChildren([filesRoute, runsRoute, previewRoute, settingsRoute]),
] as const;
