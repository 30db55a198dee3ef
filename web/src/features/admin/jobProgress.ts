import type { ManagedJob } from "@/api/types";
import { formatBytes } from "@/lib/format";

type Progress = ManagedJob["progress"];

function numberOf(progress: Progress, name: string): number | null {
  const value = progress[name];
  return typeof value === "number" ? value : null;
}

/** 0–100, by whatever a kind of job says of itself; null where it says nothing. */
export function jobPercent(progress: Progress): number | null {
  const percent = numberOf(progress, "percent");
  if (percent !== null) return Math.min(100, percent);
  const done = numberOf(progress, "bytes_done");
  const total = numberOf(progress, "bytes_total");
  return done !== null && total ? Math.min(100, (100 * done) / total) : null;
}

/** "parsing · 12 MB of 98 MB". */
export function jobPhase(progress: Progress): string {
  const { phase } = progress;
  const total = numberOf(progress, "bytes_total");
  const words = typeof phase === "string" ? phase : "";
  if (!total) return words;
  const done = numberOf(progress, "bytes_done") ?? 0;
  return [words, `${formatBytes(done)} of ${formatBytes(total)}`].filter(Boolean).join(" · ");
}
