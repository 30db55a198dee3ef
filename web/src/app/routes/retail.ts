import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { dashboardQuery } from "@/api/retail";
import { appRoute, rootRoute } from "@/app/routes/base";
import { requireEditor, requireUser } from "@/app/session";
import { figurePairs, readDashboardSearch } from "@/features/dashboard/dashboardSearch";
import { readInvoiceSearch } from "@/features/invoices/invoiceSearch";
import { readStockSearch } from "@/features/stock/stockSearch";
import { textParam } from "@/lib/search";

const CHARTS = [
  () => import("@/features/explore/TimeChart"),
  () => import("@/features/dashboard/StoreMap"),
];

const dashboardRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/dashboard",
  validateSearch: readDashboardSearch,
  loaderDeps: ({ search }) => figurePairs(search),
  // Figures and charts are fetched while the page's code is on its way; the page shows what fails.
  loader: ({ context, deps }) => {
    context.queryClient.query(dashboardQuery(deps)).catch(() => undefined);
    for (const load of CHARTS) load().catch(() => undefined);
  },
  component: lazyRouteComponent(
    () => import("@/features/dashboard/DashboardPage"),
    "DashboardPage",
  ),
});

const stockRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/stock",
  validateSearch: readStockSearch,
  component: lazyRouteComponent(() => import("@/features/stock/StockPage"), "StockPage"),
});

const invoicesRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/invoices",
  validateSearch: readInvoiceSearch,
  component: lazyRouteComponent(() => import("@/features/invoices/InvoicesPage"), "InvoicesPage"),
});

const newInvoiceRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/invoices/new",
  beforeLoad: ({ context }) => requireEditor(context.queryClient),
  component: lazyRouteComponent(
    () => import("@/features/invoices/NewInvoicePage"),
    "NewInvoicePage",
  ),
});

const invoiceRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/invoices/$id",
  validateSearch: (search: Record<string, unknown>): { edit?: string } => ({
    edit: textParam(search.edit),
  }),
  component: lazyRouteComponent(() => import("@/features/invoices/InvoicePage"), "InvoicePage"),
});

/** On a page of its own, without the app around it. */
export const printInvoiceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/invoices/$id/print",
  beforeLoad: ({ context, location }) => requireUser(context.queryClient, location.href),
  component: lazyRouteComponent(
    () => import("@/features/invoices/PrintInvoicePage"),
    "PrintInvoicePage",
  ),
});

export const retailRoutes = [
  dashboardRoute,
  stockRoute,
  invoicesRoute,
  newInvoiceRoute,
  invoiceRoute,
] as const;
