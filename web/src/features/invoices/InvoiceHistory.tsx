import { useInfiniteQuery } from "@tanstack/react-query";

import { isNotFound } from "@/api/problem";
import { LoadError } from "@/components/LoadError";
import { LoadMore } from "@/components/LoadMore";
import { TimeAgo } from "@/components/TimeAgo";
import { ChangeList } from "@/features/invoices/ChangeList";
import { changesBetween } from "@/features/invoices/changes";
import { historyQuery, type HistoryEntry } from "@/features/invoices/invoiceQueries";
import styles from "@/features/invoices/invoices.module.css";
import { formatExact } from "@/lib/amounts";
import { countOf } from "@/lib/format";

function Entry({ entry }: { entry: HistoryEntry }) {
  const { action, actor, at, before, after } = entry;
  const changes = before && after ? changesBetween(before, after) : [];
  const state = after ?? before;
  return (
    <li>
      <p>
        <strong>{actor ?? "Someone"}</strong> {action} it <TimeAgo at={at} />
        {action !== "updated" && state && (
          <>
            {" "}
            with {countOf(state.line_count, "line")}, {formatExact(state.totals.amount, 2)}
          </>
        )}
      </p>
      {changes.length > 0 && <ChangeList changes={changes} />}
    </li>
  );
}

/** Who changed the invoice, when, and from what to what; the newest first. */
export function InvoiceHistory({ id }: { id: string }) {
  const query = useInfiniteQuery(historyQuery(id));
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  if (isNotFound(error)) return null;
  if (error && !data) return <LoadError error={error} onRetry={() => void refetch()} />;
  const entries = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <section className={styles.history} aria-labelledby="invoice-history">
      <h2 id="invoice-history">History</h2>
      {data && entries.length === 0 && <p>Nobody has changed it here: it came by an import.</p>}
      <ol>
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
      <LoadMore
        hasMore={hasNextPage}
        isLoading={isFetchingNextPage}
        onMore={() => void fetchNextPage()}
      />
    </section>
  );
}
