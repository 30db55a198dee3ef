import type { DatasetSummary, ImportStatus } from "@/api/types";
import styles from "@/components/status.module.css";

type Status = DatasetSummary["status"] | ImportStatus;

const LOOKS: Record<Status, { word: string; tone: "good" | "busy" | "bad" | "none" }> = {
  ready: { word: "Ready", tone: "good" },
  succeeded: { word: "Succeeded", tone: "good" },
  processing: { word: "Importing", tone: "busy" },
  pending: { word: "Waiting", tone: "busy" },
  running: { word: "Running", tone: "busy" },
  failed: { word: "Failed", tone: "bad" },
  cancelled: { word: "Cancelled", tone: "none" },
};

export function StatusBadge({ status }: { status: Status }) {
  const { word, tone } = LOOKS[status];
  return (
    <span className={styles.badge} data-tone={tone}>
      {word}
    </span>
  );
}
