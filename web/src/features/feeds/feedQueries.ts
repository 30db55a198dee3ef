import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { api, unwrap, unwrapTagged } from "@/api/client";
import { keys, paged } from "@/api/queries";
import type { components, paths } from "@/api/schema";

type Schemas = components["schemas"];
type Body<Path extends "/api/feeds/test" | "/api/feeds/preview"> =
  paths[Path]["post"]["requestBody"]["content"]["application/json"];

export type Feed = Schemas["FeedOut"];
export type FeedSource = Feed["source"];
export type FeedKind = Feed["kind"];
export type FeedRun = NonNullable<Feed["last_run"]>;
export type FeedRule = Feed["rules"][number];
export type FeedError = NonNullable<Feed["error"]>;
export type FeedInput = Schemas["FeedIn"];
export type FeedChange = Schemas["FeedChange"];
export type FeedFile = Schemas["FeedFileOut"];
export type FeedFileState = FeedFile["state"];
export type FeedConnection = Body<"/api/feeds/test">;
export type FeedTrial = Body<"/api/feeds/preview">;
export type FeedTest =
  paths["/api/feeds/test"]["post"]["responses"][200]["content"]["application/json"];
export type FeedPreview =
  paths["/api/feeds/{feed_id}/preview"]["post"]["responses"][200]["content"]["application/json"];
export type PreviewFile = FeedPreview["files"][number];

/** A feed and the ETag it was read with. */
export interface ReadFeed {
  feed: Feed;
  etag: string | null;
}

/** While a run goes on, not each of its steps is an event of its own. */
export const BUSY_MS = 2_000;

export const feedPath = (id: string) => `/api/feeds/${encodeURIComponent(id)}`;

const at = (id: string) => ({ path: { feed_id: id } });

export const feedsQuery = infiniteQueryOptions({
  queryKey: [...keys.feeds, "list"],
  queryFn: ({ signal, pageParam }) =>
    unwrap(api.GET("/api/feeds", { signal, params: { query: { limit: 50, cursor: pageParam } } })),
  ...paged,
});

export const feedQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.feed(id), "one"],
    queryFn: async ({ signal }): Promise<ReadFeed> => {
      const { value: feed, etag } = await unwrapTagged(
        api.GET("/api/feeds/{feed_id}", { signal, params: at(id) }),
      );
      return { feed, etag };
    },
    refetchInterval: ({ state }) => state.data?.feed.running === true && BUSY_MS,
  });

export const feedRunsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.feed(id), "runs"],
    queryFn: ({ signal, pageParam }) =>
      unwrap(
        api.GET("/api/feeds/{feed_id}/runs", {
          signal,
          params: { ...at(id), query: { limit: 30, cursor: pageParam } },
        }),
      ),
    ...paged,
  });

export interface FilesFilter {
  state?: FeedFileState;
  search?: string;
}

/** Path and query of the request for the files. */
export function feedFilesPath(id: string, filter: FilesFilter): string {
  const pairs = Object.entries(filter).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(pairs as [string, string][]).toString();
  return `${feedPath(id)}/files${query === "" ? "" : `?${query}`}`;
}

export const feedFilesQuery = (id: string, filter: FilesFilter) =>
  infiniteQueryOptions({
    queryKey: [...keys.feed(id), "files", filter],
    queryFn: ({ signal, pageParam }) =>
      unwrap(
        api.GET("/api/feeds/{feed_id}/files", {
          signal,
          params: { ...at(id), query: { ...filter, limit: 50, cursor: pageParam } },
        }),
      ),
    ...paged,
  });

/** What a run would take now. It asks the source itself, so it is not asked again by itself. */
export const savedPreviewQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.feed(id), "preview"],
    queryFn: ({ signal }) =>
      unwrap(api.POST("/api/feeds/{feed_id}/preview", { signal, params: at(id) })),
    enabled: false,
    retry: false,
    staleTime: Infinity,
  });

export const createFeed = (body: FeedInput) => unwrap(api.POST("/api/feeds", { body }));

/** @throws ApiError of status 412 where the feed is no longer what the ETag names. */
export const changeFeed = (id: string, etag: string | null, body: FeedChange) =>
  unwrap(
    api.PATCH("/api/feeds/{feed_id}", {
      params: { ...at(id), header: { "if-match": etag } },
      body,
    }),
  );

export const deleteFeed = (id: string) =>
  unwrap(api.DELETE("/api/feeds/{feed_id}", { params: at(id) }));

export const runFeed = (id: string) =>
  unwrap(api.POST("/api/feeds/{feed_id}/run", { params: at(id) }));

export const pauseFeed = (id: string) =>
  unwrap(api.POST("/api/feeds/{feed_id}/pause", { params: at(id) }));

export const resumeFeed = (id: string) =>
  unwrap(api.POST("/api/feeds/{feed_id}/resume", { params: at(id) }));

export const trustHostKey = (id: string, fingerprint: string) =>
  unwrap(
    api.POST("/api/feeds/{feed_id}/trust-host-key", { params: at(id), body: { fingerprint } }),
  );

export const cancelRun = (id: string, runId: string) =>
  unwrap(
    api.POST("/api/feeds/{feed_id}/runs/{run_id}/cancel", {
      params: { path: { feed_id: id, run_id: runId } },
    }),
  );

export const retryFile = (id: string, fileId: string) =>
  unwrap(
    api.POST("/api/feeds/{feed_id}/files/{feed_file_id}/retry", {
      params: { path: { feed_id: id, feed_file_id: fileId } },
    }),
  );

export const testFeed = (body: FeedConnection) => unwrap(api.POST("/api/feeds/test", { body }));

/** What a run of a feed that is not saved yet would take. */
export const tryFeed = (body: FeedTrial) => unwrap(api.POST("/api/feeds/preview", { body }));
