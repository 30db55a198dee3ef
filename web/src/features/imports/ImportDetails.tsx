import { Alert } from "@mantine/core";

import type { Import } from "@/api/types";
import { Facts, type Fact } from "@/components/Facts";
import { ImportActions } from "@/features/imports/ImportActions";
import styles from "@/features/imports/imports.module.css";
import { ImportPart } from "@/features/imports/ImportPart";
import { ReadPlan } from "@/features/imports/ReadPlan";
import { RejectsTable } from "@/features/imports/RejectsTable";
import { describeEnd, MODE_WORDS } from "@/features/imports/words";
import { formatDateTime, formatDuration, formatInteger } from "@/lib/format";

function Failure({ run }: { run: Import }) {
  if (run.status !== "failed") return null;
  const { error } = run;
  const place = [
    error?.line != null ? `line ${formatInteger(error.line)}` : null,
    error?.column != null ? `column ${error.column}` : null,
  ].filter((one) => one !== null);
  return (
    <Alert color="red" variant="light" title="Why it failed">
      {describeEnd(run)}
      {place.length > 0 && ` (${place.join(", ")})`}
      {error?.hint != null && <p className={styles.hint}>{error.hint}</p>}
    </Alert>
  );
}

function RunFacts({ run }: { run: Import }) {
  const { receipt, mode, key } = run;
  const by = mode === "upsert" ? ` by ${key.join(", ")}` : "";
  const facts: readonly Fact[] = [
    ["Mode", MODE_WORDS[mode].word + by],
    ["Started", run.started_at && formatDateTime(run.started_at)],
    ["Took", run.started_at && run.finished_at && formatDuration(run.started_at, run.finished_at)],
    ["Version", run.version === null ? null : formatInteger(run.version)],
    ["Inserted", receipt && formatInteger(receipt.inserted)],
    ["Updated", receipt && receipt.updated > 0 ? formatInteger(receipt.updated) : null],
    ["Unchanged", receipt && receipt.unchanged > 0 ? formatInteger(receipt.unchanged) : null],
  ];
  return <Facts facts={facts} />;
}

function Notes({ notes }: { notes: readonly string[] }) {
  if (notes.length === 0) return null;
  return (
    <section>
      <h2>Notes</h2>
      <ul className={styles.notes}>
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </section>
  );
}

function DriftList({ drift }: { drift: NonNullable<Import["drift"]> }) {
  const kinds: [string, readonly string[]][] = [
    ["New columns", drift.new],
    ["Missing columns", drift.missing],
    ["Changed types", drift.retyped],
  ];
  const present = kinds.filter(([, columns]) => columns.length > 0);
  if (present.length === 0) return null;
  return (
    <section>
      <h2>Differences from the dataset</h2>
      <ul className={styles.notes}>
        {present.map(([kind, columns]) => (
          <li key={kind}>
            {kind}: {columns.join(", ")}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** All there is to know of an import. */
export function ImportDetails({ run }: { run: Import }) {
  const rejected = run.receipt?.rejected ?? 0;
  return (
    <div className={styles.details}>
      <Failure run={run} />
      <div className={styles.detailsHead}>
        <RunFacts run={run} />
        <ImportActions run={run} />
      </div>
      <ImportPart run={run} />
      {rejected > 0 && <RejectsTable runId={run.id} total={rejected} />}
      <Notes notes={run.notes} />
      {run.drift && <DriftList drift={run.drift} />}
      {run.plan && <ReadPlan plan={run.plan} />}
    </div>
  );
}
