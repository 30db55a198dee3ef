import { Link } from "@tanstack/react-router";

import type { DatasetSummary } from "@/api/types";
import { StatusBadge } from "@/components/StatusBadge";
import { TimeAgo } from "@/components/TimeAgo";
import styles from "@/features/datasets/datasets.module.css";
import { ImportProgressLine } from "@/features/imports/ImportProgressLine";
import { isEnded } from "@/features/imports/liveProgress";
import { describeEnd } from "@/features/imports/words";
import { formatBytes, formatInteger } from "@/lib/format";

/** What the last import has to say: its progress, or why it failed. */
function LastImport({ dataset }: { dataset: DatasetSummary }) {
  const run = dataset.last_import;
  if (run && !isEnded(run.status)) return <ImportProgressLine run={run} />;
  const hasTrouble = run?.status === "failed";
  const rejected = run?.receipt?.rejected ?? 0;
  return (
    <div className={styles.status}>
      <StatusBadge status={dataset.status} />
      {hasTrouble && <span className={styles.reason}>{describeEnd(run)}</span>}
      {rejected > 0 && <span className={styles.rejected}>{formatInteger(rejected)} rejected</span>}
    </div>
  );
}

export function DatasetRow({ dataset }: { dataset: DatasetSummary }) {
  const hasData = dataset.version !== null;
  const number = (value: number) => (hasData ? formatInteger(value) : "–");
  return (
    <tr>
      <td className={styles.nameCell}>
        <Link to="/datasets/$slug" params={{ slug: dataset.slug }} className={styles.name}>
          {dataset.name}
        </Link>
        <span className={styles.fileName}>{dataset.original_filename ?? dataset.slug}</span>
      </td>
      <td data-label="rows">{number(dataset.row_count)}</td>
      <td data-label="columns">{number(dataset.column_count)}</td>
      <td data-label="">{formatBytes(dataset.size_bytes)}</td>
      <td className={styles.statusCell}>
        <LastImport dataset={dataset} />
      </td>
      <td className={styles.updated}>
        <TimeAgo at={dataset.updated_at} />
      </td>
    </tr>
  );
}
