import { Skeleton } from "@mantine/core";
import { IconSearchOff } from "@tabler/icons-react";
import type { ReactNode } from "react";

import { LoadError } from "@/components/LoadError";
import { LoadMore } from "@/components/LoadMore";
import { StateMessage } from "@/components/StateMessage";
import styles from "@/features/admin/admin.module.css";

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
  label: string;
  headings: readonly string[];
  /** What stands there when nothing matches. */
  empty: string;
  children: (item: T) => ReactNode;
}

/** A list of the administration as a table that grows as one scrolls. */
export function PagedTable<T>({ list, label, headings, empty, children }: Props<T>) {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  if (error && !data) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (!data) {
    return <Skeleton h={280} radius={12} role="status" aria-label={`Loading ${label}`} />;
  }
  const items = data.pages.flatMap((one) => one.items);
  if (items.length === 0) {
    return <StateMessage icon={<IconSearchOff size={22} stroke={1.6} />} title={empty} />;
  }
  return (
    <div className={styles.card}>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>
            {headings.map((heading) => (
              <th key={heading} scope="col">
                {heading === "Actions" ? (
                  <span className="visually-hidden">{heading}</span>
                ) : (
                  heading
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{items.map(children)}</tbody>
      </table>
      <LoadMore
        hasMore={hasNextPage}
        isLoading={isFetchingNextPage}
        onMore={() => void fetchNextPage()}
      />
    </div>
  );
}
