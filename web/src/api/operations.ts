import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { api, unwrap } from "@/api/client";
import { keys, paged } from "@/api/queries";
import type { JobStatus, OperationRequest } from "@/api/types";

export interface OperationsFilter {
  dataset?: string;
  status?: JobStatus;
}

export const operationsQuery = (filter: OperationsFilter) =>
  infiniteQueryOptions({
    queryKey: [...keys.operations, "list", filter],
    queryFn: ({ signal, pageParam }) =>
      unwrap(
        api.GET("/api/operations", {
          signal,
          params: { query: { ...filter, limit: 30, cursor: pageParam } },
        }),
      ),
    ...paged,
  });

export const operationQuery = (id: string) =>
  queryOptions({
    queryKey: keys.operation(id),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/operations/{operation_id}", {
          signal,
          params: { path: { operation_id: id } },
        }),
      ),
  });

/** Rows of either fate that a preview shows. */
const SAMPLE = 12;

export const operationPreviewQuery = (request: OperationRequest) =>
  queryOptions({
    // With the dataset's own data: another version of it is another effect.
    queryKey: [...keys.datasetData(request.dataset_id ?? ""), "effect", request],
    queryFn: ({ signal }) =>
      unwrap(api.POST("/api/operations/preview", { signal, body: { ...request, sample: SAMPLE } })),
    staleTime: 30_000,
  });

/** Address of an operation's result, for a plain link that the browser downloads. */
export function resultHref(id: string): string {
  return `/api/operations/${encodeURIComponent(id)}/result`;
}
