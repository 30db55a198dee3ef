import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { api, unwrap } from "@/api/client";
import { keys, paged, type QueryPairs } from "@/api/queries";

function queryString(pairs: QueryPairs): string {
  return new URLSearchParams(pairs.map(([name, value]) => [name, value])).toString();
}

function pathWith(path: string, pairs: QueryPairs): string {
  return pairs.length === 0 ? path : `${path}?${queryString(pairs)}`;
}

/** Path and query of the request for the dashboard's figures. */
export const dashboardPath = (pairs: QueryPairs) => pathWith("/api/dashboard", pairs);

export const dashboardQuery = (pairs: QueryPairs) =>
  queryOptions({
    queryKey: [...keys.dashboard, "figures", pairs],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/dashboard", { signal, querySerializer: () => queryString(pairs) })),
  });

/** Values of a filter that contain `q`; the filters of `pairs` narrow them. */
export const dashboardValuesQuery = (field: string, q: string, pairs: QueryPairs) =>
  queryOptions({
    queryKey: [...keys.dashboard, "values", field, q, pairs],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/dashboard/values", {
          signal,
          params: { query: { field, q } },
          querySerializer: ({ field: name, q: text }) =>
            queryString([["field", name], ["q", text ?? ""], ["limit", "50"], ...pairs]),
        }),
      ),
    staleTime: 30_000,
  });

/** Texts of a column of the sales that contain `q`. */
export async function findValues(
  field: string,
  q: string,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const query = { field, q, limit: 50 };
  const found = await unwrap(api.GET("/api/dashboard/values", { signal, params: { query } }));
  return found.items.map(({ value }) => value).filter((value) => value !== "");
}

/** The demo; asked for again and again while it is on its way. */
export const demoQuery = queryOptions({
  queryKey: keys.demo,
  queryFn: ({ signal }) => unwrap(api.GET("/api/demo", { signal })),
  refetchInterval: ({ state }) => (state.data?.status === "processing" ? 1000 : false),
});

export const createDemo = () => unwrap(api.POST("/api/demo"));

export const removeDemo = () => unwrap(api.DELETE("/api/demo"));

export const templatesQuery = queryOptions({
  queryKey: keys.templates,
  queryFn: ({ signal }) => unwrap(api.GET("/api/templates", { signal })),
  staleTime: 60_000,
});

export const adoptTemplate = (slug: string, template: string) =>
  unwrap(
    api.POST("/api/datasets/{dataset}/template", {
      params: { path: { dataset: slug } },
      body: { template },
    }),
  );

export const releaseTemplate = (slug: string) =>
  unwrap(api.DELETE("/api/datasets/{dataset}/template", { params: { path: { dataset: slug } } }));

/** Path and query of the request for the list of stock. */
export const stockPath = (pairs: QueryPairs) => pathWith("/api/stock", pairs);

/** Numbers or names of the stores that have stock and contain `q`. */
export async function findStores(q: string, signal?: AbortSignal): Promise<readonly string[]> {
  const found = await unwrap(api.GET("/api/stock/stores", { signal, params: { query: { q } } }));
  return found.items.flatMap(({ number, name }) => name ?? number ?? []);
}

export const stockQuery = (pairs: QueryPairs) =>
  infiniteQueryOptions({
    queryKey: [...keys.stock, pairs],
    queryFn: ({ signal, pageParam }) => {
      const cursor: QueryPairs = pageParam === undefined ? [] : [["cursor", pageParam]];
      return unwrap(
        api.GET("/api/stock", {
          signal,
          querySerializer: () => queryString([...pairs, ...cursor]),
        }),
      );
    },
    ...paged,
  });
