import type { LogEvent } from "@/api/types";
import { countOf } from "@/lib/format";

export type EventTone = "good" | "bad" | "none";

export interface EventWords {
  /** What happened, before and after the name of the dataset. */
  before: string;
  after: string;
  dataset: string | null;
  tone: EventTone;
}

function text(payload: LogEvent["payload"], name: string): string | null {
  const value = payload[name];
  return typeof value === "string" ? value : null;
}

function number(value: unknown, name: string): number | null {
  if (typeof value !== "object" || value === null) return null;
  const found: unknown = Reflect.get(value, name);
  return typeof found === "number" ? found : null;
}

function describeSuccess(payload: LogEvent["payload"]): string {
  const loaded = number(payload.receipt, "loaded");
  const rejected = number(payload.receipt, "rejected") ?? 0;
  if (loaded === null) return "";
  const words = `: ${countOf(loaded, "row")}`;
  return rejected > 0 ? `${words}, ${countOf(rejected, "reject")}` : words;
}

function describeFailure(payload: LogEvent["payload"]): string {
  const { error } = payload;
  if (typeof error !== "object" || error === null) return " failed";
  const message: unknown = Reflect.get(error, "message");
  return typeof message === "string" ? ` failed: ${message}` : " failed";
}

/** An event of the log as a sentence. */
export function describeEvent({ kind, payload }: LogEvent): EventWords {
  const slug = text(payload, "dataset_slug") ?? text(payload, "slug");
  const dataset = text(payload, "dataset_name") ?? text(payload, "name") ?? slug;
  const rows = number(payload, "row_count");
  const words = (before: string, after = "", tone: EventTone = "none"): EventWords => ({
    before,
    after,
    dataset,
    tone,
  });
  switch (kind) {
    case "dataset.created":
      return words("Created dataset ");
    case "dataset.renamed":
      return words("Renamed a dataset to ");
    case "dataset.deleted":
      return words("Deleted dataset ");
    case "dataset.changed":
      return words("", rows === null ? " changed" : ` now has ${countOf(rows, "row")}`);
    case "import.created":
      return words("Received a file for ");
    case "import.started":
      return words("Began the import into ");
    case "import.succeeded":
      return words("Imported into ", describeSuccess(payload), "good");
    case "import.failed":
      return words("The import into ", describeFailure(payload), "bad");
    case "import.cancelled":
      return words("Cancelled the import into ");
    default:
      return words(`${kind} `);
  }
}

/** The day an event belongs to, for the headings of the list: "2026-11-21". */
export function dayOf({ at }: LogEvent): string {
  const date = new Date(at);
  const pad = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}
