import type { MaintenanceRun } from "@/api/types";
import { formatBytes, formatInteger } from "@/lib/format";

/** What a run freed, as a sentence: "12 versions, 40 lake files, 73.4 MB". */
export function describeFreed(freed: MaintenanceRun["freed"]): string {
  const parts = Object.entries(freed)
    .filter(([, amount]) => amount > 0)
    .map(([name, amount]) =>
      name.endsWith("_bytes") || name === "bytes"
        ? formatBytes(amount)
        : `${formatInteger(amount)} ${name.replaceAll("_", " ")}`,
    );
  return parts.length > 0 ? parts.join(", ") : "Nothing was to be removed";
}
