import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { api, unwrap, unwrapTagged } from "@/api/client";
import { keys, paged } from "@/api/queries";
import type { paths } from "@/api/schema";
import type { Sync, SyncInput } from "@/api/types";

export type SyncChange = NonNullable<
  paths["/api/syncs/{sync_id}"]["patch"]["requestBody"]
>["content"]["application/json"];
export type Connection =
  paths["/api/syncs/test"]["post"]["requestBody"]["content"]["application/json"];
export type Finding =
  paths["/api/syncs/test"]["post"]["responses"]["200"]["content"]["application/json"];
export type SyncTrial =
  paths["/api/syncs/preview"]["post"]["requestBody"]["content"]["application/json"];
export type SyncPreview =
  paths["/api/syncs/{sync_id}/preview"]["post"]["responses"]["200"]["content"]["application/json"];
export type RejectStatus = NonNullable<
  NonNullable<paths["/api/syncs/{sync_id}/rejects"]["get"]["parameters"]["query"]>["status"]
>;

/** A sync and the ETag it was read with; null where the server sent none. */
export interface ReadSync {
  sync: Sync;
  etag: string | null;
}

export const syncPath = (id: string) => `/api/syncs/${encodeURIComponent(id)}`;

const at = (id: string) => ({ path: { sync_id: id } });

export const syncsQuery = infiniteQueryOptions({
  queryKey: [...keys.syncs, "list"],
  queryFn: ({ signal, pageParam }) =>
    unwrap(api.GET("/api/syncs", { signal, params: { query: { limit: 50, cursor: pageParam } } })),
  ...paged,
});

export const syncQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.sync(id), "detail"],
    queryFn: async ({ signal }): Promise<ReadSync> => {
      const { value: sync, etag } = await unwrapTagged(
        api.GET("/api/syncs/{sync_id}", { signal, params: at(id) }),
      );
      return { sync, etag };
    },
  });

export const runsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.sync(id), "runs"],
    queryFn: ({ signal, pageParam }) =>
      unwrap(
        api.GET("/api/syncs/{sync_id}/runs", {
          signal,
          params: { ...at(id), query: { limit: 30, cursor: pageParam } },
        }),
      ),
    ...paged,
  });

export const batchesQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.sync(id), "batches"],
    queryFn: ({ signal, pageParam }) =>
      unwrap(
        api.GET("/api/syncs/{sync_id}/batches", {
          signal,
          params: { ...at(id), query: { limit: 30, cursor: pageParam } },
        }),
      ),
    ...paged,
  });

export const rejectsQuery = (id: string, status: RejectStatus | undefined) =>
  infiniteQueryOptions({
    queryKey: [...keys.sync(id), "rejects", status ?? "all"],
    queryFn: ({ signal, pageParam }) =>
      unwrap(
        api.GET("/api/syncs/{sync_id}/rejects", {
          signal,
          params: { ...at(id), query: { status, limit: 30, cursor: pageParam } },
        }),
      ),
    ...paged,
  });

export const previewQuery = (id: string, version: number | null) =>
  queryOptions({
    queryKey: [...keys.sync(id), "preview", version],
    queryFn: ({ signal }) =>
      unwrap(api.POST("/api/syncs/{sync_id}/preview", { signal, params: at(id) })),
  });

/** What a sync that is not saved yet would send. */
export const trySync = (body: SyncTrial) => unwrap(api.POST("/api/syncs/preview", { body }));

export const testConnection = (body: Connection) => unwrap(api.POST("/api/syncs/test", { body }));

export const createSync = (body: SyncInput) => unwrap(api.POST("/api/syncs", { body }));

/** @throws ApiError of status 412 where the sync is no longer what the ETag names. */
export const changeSync = (id: string, etag: string | null, body: SyncChange) =>
  unwrap(
    api.PATCH("/api/syncs/{sync_id}", {
      params: { ...at(id), header: { "if-match": etag } },
      body,
    }),
  );

export const deleteSync = (id: string) =>
  unwrap(api.DELETE("/api/syncs/{sync_id}", { params: at(id) }));

export const runSync = (id: string) =>
  unwrap(api.POST("/api/syncs/{sync_id}/run", { params: at(id) }));

export const pauseSync = (id: string) =>
  unwrap(api.POST("/api/syncs/{sync_id}/pause", { params: at(id) }));

export const resumeSync = (id: string) =>
  unwrap(api.POST("/api/syncs/{sync_id}/resume", { params: at(id) }));

interface Resend {
  rejectId: string;
  /** Left out, it is sent as it was. */
  record?: Record<string, unknown>;
}

export const resendReject = (id: string, { rejectId, record }: Resend) =>
  unwrap(
    api.POST("/api/syncs/{sync_id}/rejects/{reject_id}/resend", {
      params: { path: { sync_id: id, reject_id: rejectId } },
      body: { record },
    }),
  );

export const discardReject = (id: string, rejectId: string) =>
  unwrap(
    api.POST("/api/syncs/{sync_id}/rejects/{reject_id}/discard", {
      params: { path: { sync_id: id, reject_id: rejectId } },
    }),
  );
