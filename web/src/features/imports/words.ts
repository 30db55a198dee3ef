import type { Import, ImportMode, Receipt } from "@/api/types";
import { isEnded, type LiveImport } from "@/features/imports/liveProgress";
import { countOf, formatBytes, formatPercent } from "@/lib/format";

/** 0–100; null while it cannot be known. */
export function percentOf({ status, progress }: LiveImport): number | null {
  if (isEnded(status)) return 100;
  if (!progress || progress.phase === "waiting" || progress.phase === "detecting") return null;
  if (progress.phase !== "parsing") return 100;
  const total = progress.bytes_total;
  return total > 0 ? Math.min(100, (100 * progress.bytes_done) / total) : null;
}

function describeParsing({ progress }: LiveImport): string {
  if (!progress) return "Reading";
  const total = progress.bytes_total;
  const parts = ["Reading"];
  if (progress.rows > 0) parts.push(countOf(progress.rows, "row"));
  if (total > 0) {
    parts.push(`${formatBytes(progress.bytes_done)} of ${formatBytes(total)}`);
    parts.push(formatPercent(progress.bytes_done, total));
  }
  return parts.join(" · ");
}

/** What an import is doing, in a few words. */
export function describeImport(live: LiveImport): string {
  if (live.status === "failed") return "Failed";
  if (live.status === "cancelled") return "Cancelled";
  if (live.status === "succeeded") return "Done";
  switch (live.progress?.phase) {
    case "detecting":
      return "Looking at the file";
    case "parsing":
      return describeParsing(live);
    case "committing":
    case "done":
      return `Committing ${countOf(live.progress.rows, "row")}`;
    default:
      return "Waiting for a worker";
  }
}

/** "2,823 rows imported", "2,820 rows imported, 3 rejected". */
export function describeReceipt(receipt: Receipt): string {
  const parts = [`${countOf(receipt.loaded, "row")} imported`];
  if (receipt.rejected > 0) parts.push(`${countOf(receipt.rejected, "record")} rejected`);
  if (receipt.deduplicated > 0) parts.push(`${countOf(receipt.deduplicated, "duplicate")} merged`);
  if (receipt.skipped > 0) parts.push(`${countOf(receipt.skipped, "blank line")} skipped`);
  return parts.join(", ");
}

/** The end of an import as a sentence; null while it runs. */
export function describeEnd(run: Import): string | null {
  if (run.status === "succeeded") return run.receipt ? describeReceipt(run.receipt) : "Done";
  if (run.status === "failed") return run.error?.message ?? "The import failed.";
  if (run.status !== "cancelled") return null;
  return `Cancelled. ${run.error?.message ?? "Nothing was changed."}`;
}

export const MODE_WORDS: Record<ImportMode, { word: string; meaning: string }> = {
  append: { word: "Append", meaning: "Adds the rows of the file to those already there." },
  replace: { word: "Replace", meaning: "The rows of the file take the place of all rows." },
  upsert: {
    word: "Upsert",
    meaning: "Rows with a known key are updated, rows with a new key are added.",
  },
};
