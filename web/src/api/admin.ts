import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { api, unwrap } from "@/api/client";
import { keys, paged } from "@/api/queries";
import type { JobStatus } from "@/api/types";

/** What other workspaces do sends no events here: it is asked for again. */
const LIVE_MS = 4_000;
const SLOW_MS = 30_000;

export interface UsersFilter {
  search?: string;
  disabled?: boolean;
  admin?: boolean;
}

export const usersQuery = (filter: UsersFilter) =>
  infiniteQueryOptions({
    queryKey: [...keys.admin, "users", filter],
    queryFn: ({ signal, pageParam }) =>
      unwrap(
        api.GET("/api/admin/users", {
          signal,
          params: { query: { ...filter, limit: 50, cursor: pageParam } },
        }),
      ),
    ...paged,
  });

export const workspacesQuery = (search = "") =>
  infiniteQueryOptions({
    queryKey: [...keys.admin, "workspaces", search],
    queryFn: ({ signal, pageParam }) =>
      unwrap(
        api.GET("/api/admin/workspaces", {
          signal,
          params: { query: { search: search || undefined, limit: 30, cursor: pageParam } },
        }),
      ),
    refetchInterval: SLOW_MS,
    ...paged,
  });

export interface JobsFilter {
  status?: JobStatus;
  kind?: string;
  workspace?: string;
}

/** Whether a job of these pages is on its way. */
function isAnyRunning(
  data: { pages: readonly { items: readonly { status: string }[] }[] } | undefined,
): boolean {
  const items = data?.pages.flatMap((one) => one.items) ?? [];
  return items.some(({ status }) => status === "running" || status === "pending");
}

export const jobsQuery = (filter: JobsFilter) =>
  infiniteQueryOptions({
    queryKey: [...keys.admin, "jobs", filter],
    queryFn: ({ signal, pageParam }) =>
      unwrap(
        api.GET("/api/admin/jobs", {
          signal,
          params: { query: { ...filter, limit: 50, cursor: pageParam } },
        }),
      ),
    // Events tell of this workspace's jobs at once. Of the others' nothing is told: they are asked
    // for, often only while one of them runs.
    refetchInterval: ({ state }) => (isAnyRunning(state.data) ? LIVE_MS : SLOW_MS),
    ...paged,
  });

export interface AuditFilter {
  user?: string;
  workspace?: string;
  kind?: string;
  since?: string;
  until?: string;
}

export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: [...keys.admin, "audit", filter],
    queryFn: ({ signal, pageParam }) =>
      unwrap(
        api.GET("/api/admin/audit", {
          signal,
          params: { query: { ...filter, limit: 50, cursor: pageParam } },
        }),
      ),
    ...paged,
  });

export const workersQuery = queryOptions({
  queryKey: [...keys.admin, "workers"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/admin/workers", { signal })),
  refetchInterval: LIVE_MS,
});

export const storageQuery = queryOptions({
  queryKey: [...keys.admin, "storage"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/admin/storage", { signal })),
  refetchInterval: SLOW_MS,
});

export const settingsQuery = queryOptions({
  queryKey: [...keys.admin, "settings"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/admin/settings", { signal })),
});

export const maintenanceQuery = infiniteQueryOptions({
  queryKey: [...keys.admin, "maintenance"],
  queryFn: ({ signal, pageParam }) =>
    unwrap(
      api.GET("/api/admin/maintenance", {
        signal,
        params: { query: { limit: 10, cursor: pageParam } },
      }),
    ),
  refetchInterval: LIVE_MS,
  ...paged,
});

export const userQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.admin, "user", id],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/admin/users/{user_id}", { signal, params: { path: { user_id: id } } })),
  });

export const workspaceQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.admin, "workspace", id],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/admin/workspaces/{workspace_id}", {
          signal,
          params: { path: { workspace_id: id } },
        }),
      ),
  });
