import { Skeleton } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { IconCircleCheck } from "@tabler/icons-react";

import type { Sync } from "@/api/types";
import { CodeBlock } from "@/components/CodeBlock";
import { Facts, type Fact } from "@/components/Facts";
import { LoadError } from "@/components/LoadError";
import { ShowCurl } from "@/components/ShowCurl";
import { StateMessage } from "@/components/StateMessage";
import { recordText } from "@/features/syncs/recordText";
import { previewQuery, syncPath, type SyncPreview } from "@/features/syncs/syncQueries";
import styles from "@/features/syncs/syncs.module.css";
import { countOf, formatInteger } from "@/lib/format";

const KINDS = [
  { kind: "insert", label: "New rows" },
  { kind: "update", label: "Changed rows" },
  { kind: "delete", label: "Deleted rows" },
] as const;

function Counts({ preview, changes }: { preview: SyncPreview } & Pick<Sync, "changes">) {
  const facts: Fact[] = KINDS.filter(({ kind }) => changes.includes(kind)).map(
    ({ kind, label }) => [label, formatInteger(preview.counts[kind] ?? 0)],
  );
  return (
    <Facts
      facts={[
        ...facts,
        ["On the way already", preview.waiting > 0 && countOf(preview.waiting, "record")],
      ]}
    />
  );
}

function Records({ records }: Pick<SyncPreview, "records">) {
  if (records.length === 0) return null;
  const text = records.map(recordText).join("\n");
  return (
    <section className={styles.tabContent}>
      <h2 className={styles.subhead}>
        {records.length === 1 ? "The record" : `The first ${formatInteger(records.length)} records`}
        , as they would be sent
      </h2>
      <CodeBlock label="the records" code={text} />
    </section>
  );
}

/** What the next run would send. The destination is not contacted for it. */
export function PendingTab({ sync }: { sync: Sync }) {
  const { data, error, refetch } = useQuery({
    ...previewQuery(sync.slug, sync.dataset_version),
    placeholderData: keepPreviousData,
  });
  if (error && !data) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton h={120} role="status" aria-label="Loading what waits" />;
  const total = Object.values(data.counts).reduce((sum, count) => sum + count, 0);
  return (
    <div className={styles.tabContent}>
      {total + data.waiting === 0 ? (
        <StateMessage icon={<IconCircleCheck size={22} stroke={1.6} />} title="Nothing waits">
          <p>All that the dataset has is delivered. The next run would send nothing.</p>
        </StateMessage>
      ) : (
        <Counts preview={data} changes={sync.changes} />
      )}
      {data.is_complete && (
        <p className="muted">
          The version that was delivered last is no longer kept, so all rows are sent anew.
        </p>
      )}
      <Records records={data.records} />
      <ShowCurl label="what waits" method="POST" path={`${syncPath(sync.slug)}/preview`} />
    </div>
  );
}
