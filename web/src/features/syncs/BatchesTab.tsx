import { useInfiniteQuery } from "@tanstack/react-query";
import { IconChevronRight, IconStack2 } from "@tabler/icons-react";

import type { Sync, SyncBatch } from "@/api/types";
import { Facts } from "@/components/Facts";
import { ListSkeleton } from "@/components/ListSkeleton";
import { LoadError } from "@/components/LoadError";
import { LoadMore } from "@/components/LoadMore";
import { ShowCurl } from "@/components/ShowCurl";
import { StateMessage } from "@/components/StateMessage";
import { TimeAgo } from "@/components/TimeAgo";
import { AnswerView } from "@/features/syncs/AnswerView";
import { LookBadge } from "@/features/syncs/LookBadge";
import { batchesQuery, syncPath } from "@/features/syncs/syncQueries";
import styles from "@/features/syncs/syncs.module.css";
import { batchLook, batchNote } from "@/features/syncs/words";
import { countOf, formatDateTime, formatInteger } from "@/lib/format";

function versions({ since, until }: SyncBatch): string | null {
  if (until === null) return null;
  return since === null
    ? `all rows of version ${formatInteger(until)}`
    : `from version ${formatInteger(since)} to ${formatInteger(until)}`;
}

function BatchRow({ batch }: { batch: SyncBatch }) {
  const { record_count, operation, attempts, answer, sent_at, created_at } = batch;
  const note = batchNote(batch);
  return (
    <li>
      <details className={styles.item}>
        <summary>
          <IconChevronRight size={15} stroke={1.8} aria-hidden className={styles.chevron} />
          <LookBadge {...batchLook(batch)} />
          <span className={styles.itemWords}>
            {countOf(record_count, operation === "delete" ? "deleted row" : "record")}
            {answer && <span className={styles.itemAnswer}>{answer.message}</span>}
          </span>
          <span className={styles.itemAside}>
            {attempts > 1 && `${formatInteger(attempts)} attempts · `}
            <TimeAgo at={sent_at ?? created_at} />
          </span>
        </summary>
        <div className={styles.itemBody}>
          {note !== null && <p>{note}</p>}
          <Facts
            facts={[
              ["Changes", versions(batch)],
              ["Attempts", formatInteger(attempts)],
              ["Last sent", sent_at === null ? "not yet" : formatDateTime(sent_at)],
              ["Idempotency key", <code key="key">{batch.idempotency_key}</code>],
              ["Status of the answer", answer?.status ?? null],
            ]}
          />
          <AnswerView answer={answer} />
        </div>
      </details>
    </li>
  );
}

/** What was sent together, newest first, each with the answer to it. */
export function BatchesTab({ sync }: { sync: Sync }) {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    batchesQuery(sync.slug),
  );
  if (error && !data) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (!data) return <ListSkeleton label="batches" />;
  const batches = data.pages.flatMap(({ items }) => items);
  return (
    <div className={styles.tabContent}>
      {batches.length === 0 ? (
        <StateMessage
          icon={<IconStack2 size={22} stroke={1.6} />}
          title="Nothing has been sent yet"
        />
      ) : (
        <ul className={styles.items} aria-label="Batches">
          {batches.map((batch) => (
            <BatchRow key={batch.id} batch={batch} />
          ))}
        </ul>
      )}
      <LoadMore
        hasMore={hasNextPage}
        isLoading={isFetchingNextPage}
        onMore={() => void fetchNextPage()}
      />
      <ShowCurl label="the batches" path={`${syncPath(sync.slug)}/batches`} />
    </div>
  );
}
