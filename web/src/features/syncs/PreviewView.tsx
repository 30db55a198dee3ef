import type { ReactNode } from "react";

import type { Sync } from "@/api/types";
import { CodeBlock } from "@/components/CodeBlock";
import { Facts, type Fact } from "@/components/Facts";
import { recordText } from "@/features/syncs/recordText";
import type { SyncPreview } from "@/features/syncs/syncQueries";
import styles from "@/features/syncs/syncs.module.css";
import { countOf, formatInteger } from "@/lib/format";

interface Props {
  preview: SyncPreview;
  changes: Sync["changes"];
  /** What stands there where nothing would be sent. */
  nothing: ReactNode;
}

const KINDS = [
  { kind: "insert", label: "New rows" },
  { kind: "update", label: "Changed rows" },
  { kind: "delete", label: "Deleted rows" },
] as const;

function Counts({ preview, changes }: Omit<Props, "nothing">) {
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
      <h3 className={styles.subhead}>
        {records.length === 1 ? "The record" : `The first ${formatInteger(records.length)} records`}
        , as they would be sent
      </h3>
      <div className={styles.records}>
        <CodeBlock label="the records" code={text} />
      </div>
    </section>
  );
}

/** What would be sent: how many records of which kind, and the first of them. */
export function PreviewView({ preview, changes, nothing }: Props) {
  const total = Object.values(preview.counts).reduce((sum, count) => sum + count, 0);
  return (
    <div className={styles.tabContent} role="region" aria-label="What would be sent">
      {total + preview.waiting === 0 ? nothing : <Counts preview={preview} changes={changes} />}
      {preview.is_complete && (
        <p className="muted">
          The version that was delivered last is no longer kept, so all rows are sent anew.
        </p>
      )}
      <Records records={preview.records} />
    </div>
  );
}
