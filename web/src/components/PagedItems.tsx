import type { ReactNode } from "react";

import { ListSkeleton } from "@/components/ListSkeleton";
import { LoadError } from "@/components/LoadError";
import { LoadMore } from "@/components/LoadMore";

/** What an infinite query says of its list. */
export interface PagedList<T> {
  data: { pages: readonly { items: readonly T[] }[] } | undefined;
  error: Error | null;
  refetch: () => Promise<unknown>;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
}

interface Props<T> {
  list: PagedList<T>;
  /** What is listed: "batches". */
  label: string;
  /** Of the lines that stand there until it is loaded. */
  rowHeight?: number;
  /** In place of a list of nothing. */
  empty: ReactNode;
  children: (items: readonly T[]) => ReactNode;
}

/** A list that is read page by page: while it loads, where it fails, empty, and with its end. */
export function PagedItems<T>({ list, label, rowHeight, empty, children }: Props<T>) {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  if (error && !data) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (!data) return <ListSkeleton label={label} height={rowHeight} rows={rowHeight && 3} />;
  const items = data.pages.flatMap((page) => page.items);
  if (items.length === 0) return empty;
  return (
    <div>
      {children(items)}
      <LoadMore
        hasMore={hasNextPage}
        isLoading={isFetchingNextPage}
        onMore={() => void fetchNextPage()}
      />
    </div>
  );
}
