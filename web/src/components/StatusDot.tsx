import type { DatasetSummary } from "@/api/types";
import styles from "@/components/status.module.css";

const WORDS = { processing: "importing", ready: "ready", failed: "failed" } as const;

/** The state of a dataset as a dot, with its word for screen readers. */
export function StatusDot({ status }: { status: DatasetSummary["status"] }) {
  return (
    <span className={styles.dot} data-status={status}>
      <span className="visually-hidden">{WORDS[status]}</span>
    </span>
  );
}
