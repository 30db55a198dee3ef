import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { appRoute } from "@/app/routes/base";
import { requireEditor } from "@/app/session";
import { textParam } from "@/lib/search";

type Search = Record<string, unknown>;

const templatesRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/templates",
  component: lazyRouteComponent(
    () => import("@/features/templates/TemplatesPage"),
    "TemplatesPage",
  ),
});

const newTemplateRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/templates/new",
  beforeLoad: ({ context }) => requireEditor(context.queryClient),
  validateSearch: (search: Search): { dataset?: string; from?: string } => ({
    dataset: textParam(search.dataset),
    from: textParam(search.from),
  }),
  component: lazyRouteComponent(
    () => import("@/features/templates/NewTemplatePage"),
    "NewTemplatePage",
  ),
});

const templateRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/templates/$name",
  validateSearch: (search: Search): { edit?: string } => ({ edit: textParam(search.edit) }),
  component: lazyRouteComponent(() => import("@/features/templates/TemplatePage"), "TemplatePage"),
});

export const templateRoutes = [templatesRoute, newTemplateRoute, templateRoute] as const;
