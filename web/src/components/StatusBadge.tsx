import type { DatasetSummary, ImportStatus } from "@/api/types";
import { LookBadge, type Look } from "@/components/LookBadge";

type Status = DatasetSummary["status"] | ImportStatus;

const LOOKS: Record<Status, Look> = {
  ready: { word: "Ready", tone: "good" },
  succeeded: { word: "Succeeded", tone: "good" },
  processing: { word: "Importing", tone: "busy" },
  pending: { word: "Waiting", tone: "busy" },
  running: { word: "Running", tone: "busy" },
  failed: { word: "Failed", tone: "bad" },
  cancelled: { word: "Cancelled", tone: "none" },
};

export function StatusBadge({ status }: { status: Status }) {
  return <LookBadge {...LOOKS[status]} />;
}
