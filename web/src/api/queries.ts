import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { api, unwrap } from "@/api/client";

/** Keys start with the noun they belong to, so that an event can refresh exactly that noun. */
export const keys = {
  me: ["me"],
  instance: ["instance"],
  sessions: ["sessions"],
  activity: ["activity"],
  dashboard: ["dashboard"],
  stock: ["stock"],
  invoices: ["invoices"],
  demo: ["demo"],
  templates: ["templates"],
  datasets: ["datasets"],
  dataset: (slug: string) => ["dataset", slug],
  /** What changes with every version of a dataset, apart from its paged records. */
  datasetData: (slug: string) => ["dataset", slug, "data"],
  records: (slug: string) => ["dataset", slug, "records"],
  imports: ["imports"],
  import: (id: string) => ["imports", id],
  operations: ["operations"],
  operation: (id: string) => ["operations", id],
  feeds: ["feeds"],
  feed: (id: string) => ["feeds", "of", id],
  apiKeys: ["keys"],
  syncs: ["syncs"],
  sync: (id: string) => ["syncs", "one", id],
  webhooks: ["webhooks"],
  webhook: (id: string) => ["webhooks", "one", id],
  notifications: ["notifications"],
  admin: ["admin"],
} as const;

/** What is made of several datasets, and changes with any of them. */
export const FIGURES = [keys.dashboard, keys.stock, keys.invoices] as const;

/** Name/value pairs of a query string, in order; a name may occur more than once. */
export type QueryPairs = readonly (readonly [string, string])[];

interface Page {
  next_cursor?: string | null;
}

/** For lists that are read page by page: where the next one begins. */
export const paged = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page: Page) => page.next_cursor ?? undefined,
};

/** Plain parameters and then the filters; what is empty or no plain value is left out. */
function queryString(known: Record<string, unknown>, pairs: QueryPairs): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(known)) {
    if (typeof value === "number" || (typeof value === "string" && value !== "")) {
      search.append(name, String(value));
    }
  }
  for (const [name, value] of pairs) search.append(name, value);
  return search.toString();
}

export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: ({ signal }) => unwrap(api.GET("/api/me", { signal })),
  staleTime: 60_000,
  retry: false,
});

export const instanceQuery = queryOptions({
  queryKey: keys.instance,
  queryFn: ({ signal }) => unwrap(api.GET("/api/instance", { signal })),
});

export const sessionsQuery = queryOptions({
  queryKey: keys.sessions,
  queryFn: ({ signal }) =>
    unwrap(api.GET("/api/sessions", { signal, params: { query: { limit: 100 } } })),
});

export const apiKeysQuery = infiniteQueryOptions({
  queryKey: keys.apiKeys,
  queryFn: ({ signal, pageParam }) =>
    unwrap(api.GET("/api/keys", { signal, params: { query: { limit: 50, cursor: pageParam } } })),
  ...paged,
});

export const activityQuery = infiniteQueryOptions({
  queryKey: keys.activity,
  queryFn: ({ signal, pageParam }) =>
    unwrap(
      api.GET("/api/activity", { signal, params: { query: { limit: 50, cursor: pageParam } } }),
    ),
  ...paged,
});

export const datasetsQuery = (search = "") =>
  infiniteQueryOptions({
    queryKey: [...keys.datasets, search],
    queryFn: ({ signal, pageParam }) =>
      unwrap(
        api.GET("/api/datasets", {
          signal,
          params: { query: { limit: 50, cursor: pageParam, search: search || undefined } },
        }),
      ),
    ...paged,
  });

export const datasetQuery = (slug: string) =>
  queryOptions({
    queryKey: [...keys.dataset(slug), "detail"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/datasets/{dataset}", {
          signal,
          // Its rows are read elsewhere.
          params: { path: { dataset: slug }, query: { page_size: 1 } },
        }),
      ),
  });

export const exploreQuery = (slug: string) =>
  queryOptions({
    queryKey: [...keys.datasetData(slug), "explore"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/datasets/{dataset}/explore", { signal, params: { path: { dataset: slug } } }),
      ),
  });

export interface Aggregation {
  group_by?: string;
  metrics: string;
  sort?: string;
  limit?: number;
}

export const aggregateQuery = (slug: string, what: Aggregation, filters: QueryPairs) =>
  queryOptions({
    queryKey: [...keys.datasetData(slug), "query", what, filters],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/datasets/{dataset}/query", {
          signal,
          params: { path: { dataset: slug }, query: { ...what } },
          querySerializer: (query) => queryString(query, filters),
        }),
      ),
  });

export const valuesQuery = (slug: string, column: string, q: string) =>
  queryOptions({
    queryKey: [...keys.datasetData(slug), "values", column, q],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/datasets/{dataset}/values", {
          signal,
          params: { path: { dataset: slug }, query: { column, q: q || undefined, limit: 12 } },
        }),
      ),
    staleTime: 30_000,
  });

export const recordsQuery = (
  slug: string,
  sort: string | undefined,
  filters: QueryPairs,
  limit: number,
) =>
  infiniteQueryOptions({
    queryKey: [...keys.records(slug), sort ?? "", filters, limit],
    queryFn: ({ signal, pageParam }) =>
      unwrap(
        api.GET("/api/datasets/{dataset}/records", {
          signal,
          params: { path: { dataset: slug }, query: { limit, sort, cursor: pageParam } },
          querySerializer: (query) => queryString(query, filters),
        }),
      ),
    ...paged,
    // A cursor pins a version: pages stay true until the reader asks for the latest.
    staleTime: Infinity,
  });

export const datasetImportsQuery = (slug: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.imports, "of", slug],
    queryFn: ({ signal, pageParam }) =>
      unwrap(
        api.GET("/api/datasets/{dataset}/imports", {
          signal,
          params: { path: { dataset: slug }, query: { limit: 30, cursor: pageParam } },
        }),
      ),
    ...paged,
  });

export const importQuery = (id: string) =>
  queryOptions({
    queryKey: keys.import(id),
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/imports/{import_id}", { signal, params: { path: { import_id: id } } })),
  });

export const rejectsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.import(id), "rejects"],
    queryFn: ({ signal, pageParam }) =>
      unwrap(
        api.GET("/api/imports/{import_id}/rejects", {
          signal,
          params: { path: { import_id: id }, query: { limit: 50, cursor: pageParam } },
        }),
      ),
    ...paged,
  });

/** Address of a filtered CSV export, for a plain link that the browser downloads. */
export function exportHref(slug: string, filters: QueryPairs = [], sort?: string): string {
  return `/api/datasets/${encodeURIComponent(slug)}/export?${queryString({ format: "csv", sort }, filters)}`;
}

/** The events that webhooks and mails can tell of. */
export const eventKindsQuery = queryOptions({
  queryKey: [...keys.notifications, "events"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/notifications/events", { signal })),
  staleTime: Infinity,
});
