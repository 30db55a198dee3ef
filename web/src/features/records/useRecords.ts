import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo } from "react";

import { recordsQuery } from "@/api/queries";
import type { DatasetDetail } from "@/api/types";
import { filterPairs, type Filter } from "@/lib/filters";

const CELLS_PER_PAGE = 20_000;

/** Rows per page: fewer the wider the table, so that a page stays a reasonable answer. */
export function pageSize(columnCount: number): number {
  return Math.min(200, Math.max(20, Math.round(CELLS_PER_PAGE / Math.max(1, columnCount))));
}

/** The rows of the table as far as they were scrolled to, all of one version. */
export function useRecords(
  dataset: DatasetDetail,
  sort: string | undefined,
  filters: readonly Filter[],
) {
  const queryClient = useQueryClient();
  const options = useMemo(
    () => recordsQuery(dataset.slug, sort, filterPairs(filters), pageSize(dataset.column_count)),
    [dataset.slug, dataset.column_count, sort, filters],
  );
  const query = useInfiniteQuery({ ...options, placeholderData: keepPreviousData });
  const pages = query.data?.pages;
  const rows = useMemo(() => (pages ?? []).flatMap(({ items }) => items), [pages]);

  const shownVersion = pages?.[0]?.version;
  const isBehind =
    shownVersion != null && dataset.version !== null && shownVersion < dataset.version;
  const reload = useCallback(
    () => void queryClient.resetQueries({ queryKey: options.queryKey, exact: true }),
    [queryClient, options],
  );
  const { fetchNextPage } = query;
  const loadMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  // Nobody loses their place on the first page: it may simply be renewed.
  const mayRenew = isBehind && pages?.length === 1 && !query.isFetching;
  const { refetch } = query;
  useEffect(() => {
    if (mayRenew) void refetch();
  }, [mayRenew, refetch]);

  return {
    rows,
    total: pages?.[0]?.total,
    error: query.error,
    isLoading: query.isPending,
    isStale: query.isPlaceholderData,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore,
    isBehind: isBehind && !mayRenew && !query.isFetching,
    reload,
  };
}
