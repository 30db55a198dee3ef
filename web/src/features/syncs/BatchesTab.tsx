import { useInfiniteQuery } from "@tanstack/react-query";
import { IconStack2 } from "@tabler/icons-react";

import type { Sync, SyncBatch } from "@/api/types";
import { Facts } from "@/components/Facts";
import { LogItem, LogItems } from "@/components/LogItem";
import { PagedItems } from "@/components/PagedItems";
import { ShowCurl } from "@/components/ShowCurl";
import { StateMessage } from "@/components/StateMessage";
import { TimeAgo } from "@/components/TimeAgo";
import { AnswerView } from "@/features/syncs/AnswerView";
import { batchesQuery, syncPath } from "@/features/syncs/syncQueries";
import styles from "@/features/syncs/syncs.module.css";
import { batchLook, batchNote } from "@/features/syncs/words";
import { countOf, formatInteger, formatSecond } from "@/lib/format";

function versions({ since, until }: SyncBatch): string | null {
  if (until === null) return null;
  return since === null
    ? `all rows of version ${formatInteger(until)}`
    : `from version ${formatInteger(since)} to ${formatInteger(until)}`;
}

function BatchItem({ batch }: { batch: SyncBatch }) {
  const { record_count, operation, attempts, answer, sent_at, created_at } = batch;
  const note = batchNote(batch);
  return (
    <LogItem
      look={batchLook(batch)}
      title={countOf(record_count, operation === "delete" ? "deleted row" : "record")}
      note={answer?.message}
      aside={
        <>
          {attempts > 1 && `${formatInteger(attempts)} attempts · `}
          <TimeAgo at={sent_at ?? created_at} />
        </>
      }
    >
      {note !== null && <p>{note}</p>}
      <Facts
        facts={[
          ["Changes", versions(batch)],
          ["Attempts", formatInteger(attempts)],
          ["Last sent", sent_at === null ? "not yet" : formatSecond(sent_at)],
          ["Idempotency key", <code key="key">{batch.idempotency_key}</code>],
          ["Status of the answer", answer?.status ?? null],
        ]}
      />
      <AnswerView answer={answer} />
    </LogItem>
  );
}

const NOTHING = (
  <StateMessage icon={<IconStack2 size={22} stroke={1.6} />} title="Nothing has been sent yet" />
);

/** What was sent together, newest first, each with the answer to it. */
export function BatchesTab({ sync }: { sync: Sync }) {
  const list = useInfiniteQuery(batchesQuery(sync.slug));
  return (
    <div className={styles.tabContent}>
      <PagedItems list={list} label="batches" empty={NOTHING}>
        {(batches) => (
          <LogItems label="Batches">
            {batches.map((batch) => (
              <BatchItem key={batch.id} batch={batch} />
            ))}
          </LogItems>
        )}
      </PagedItems>
      <ShowCurl label="the batches" path={`${syncPath(sync.slug)}/batches`} />
    </div>
  );
}
