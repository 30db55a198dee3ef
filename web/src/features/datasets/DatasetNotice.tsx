import { IconAlertTriangle } from "@tabler/icons-react";

import type { DatasetDetail } from "@/api/types";
import { LinkAnchor } from "@/components/links";
import styles from "@/features/datasets/datasets.module.css";
import { ImportProgressLine } from "@/features/imports/ImportProgressLine";
import { isEnded } from "@/features/imports/liveProgress";
import { describeEnd } from "@/features/imports/words";

/** An import that runs, or the last one when it failed: what the data below does not show yet. */
export function DatasetNotice({ dataset }: { dataset: DatasetDetail }) {
  const run = dataset.last_import;
  if (!run || run.status === "succeeded" || run.status === "cancelled") return null;
  if (!isEnded(run.status)) {
    return (
      <section className={styles.notice} aria-label="Import under way">
        <p>
          Importing <strong>{run.file.name}</strong>
        </p>
        <ImportProgressLine run={run} />
      </section>
    );
  }
  return (
    <section className={styles.notice} data-tone="bad" aria-label="Last import failed">
      <p style={{ display: "flex", gap: 8, alignItems: "center", fontWeight: 500 }}>
        <IconAlertTriangle size={17} stroke={1.7} aria-hidden />
        The import of {run.file.name} failed
      </p>
      <p>
        {describeEnd(run)} {run.error?.hint}{" "}
        <LinkAnchor to="/imports/$id" params={{ id: run.id }} inherit underline="always">
          Details
        </LinkAnchor>
      </p>
    </section>
  );
}
