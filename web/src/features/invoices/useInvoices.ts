import {
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useCallback, useMemo } from "react";

import type { QueryPairs } from "@/api/queries";
import { invoiceCountQuery, invoicesQuery } from "@/features/invoices/invoiceQueries";
import type { InvoiceRows } from "@/features/invoices/InvoiceTable";

/** The list as far as it is at hand: the pages around what is in sight, and how many there are. */
export function useInvoices(pairs: QueryPairs) {
  const queryClient = useQueryClient();
  const options = invoicesQuery(pairs);
  const list = useInfiniteQuery({ ...options, placeholderData: keepPreviousData });
  const count = useQuery({ ...invoiceCountQuery(pairs), placeholderData: keepPreviousData });
  const { data, isFetching, fetchNextPage, fetchPreviousPage } = list;
  const invoices = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  const onUp = useCallback(() => {
    if (!isFetching) void fetchPreviousPage();
  }, [isFetching, fetchPreviousPage]);
  const onDown = useCallback(() => {
    if (!isFetching) void fetchNextPage();
  }, [isFetching, fetchNextPage]);
  const first = data?.pages[0]?.first ?? 0;
  const rows: InvoiceRows = {
    invoices,
    first,
    total: count.data?.total,
    hasMore: list.hasNextPage,
    onUp,
    onDown,
  };
  // Far down, the pages are those of the version that was scrolled through; at the top they follow.
  const version = data?.pages[0]?.version ?? 0;
  const isBehind = first > 0 && (count.data?.version ?? 0) > version;
  const onLatest = () => {
    window.scrollTo({ top: 0 });
    void queryClient.resetQueries({ queryKey: options.queryKey, exact: true });
  };
  return { list, rows, isBehind, onLatest };
}
