import type { LogEvent } from "@/api/types";
import { describeNamed } from "@/features/activity/namedEvents";
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

function describeOperation(payload: LogEvent["payload"]): string {
  const kept = number(payload.receipt, "rows_out");
  const removed = number(payload.receipt, "removed");
  if (kept === null || removed === null) return " succeeded";
  return ` kept ${countOf(kept, "row")} and removed ${countOf(removed, "row")}`;
}

function describeFailure(payload: LogEvent["payload"]): string {
  const { error } = payload;
  if (typeof error !== "object" || error === null) return " failed";
  const message: unknown = Reflect.get(error, "message");
  return typeof message === "string" ? ` failed: ${message}` : " failed";
}

/** How the sentence of each kind begins; most go on with the name of a dataset. */
const BEGINNINGS: Record<string, string> = {
  "dataset.created": "Created dataset ",
  "dataset.renamed": "Renamed a dataset to ",
  "dataset.deleted": "Deleted dataset ",
  "dataset.changed": "",
  "dataset.adopted": "",
  "dataset.released": "",
  "import.created": "Received a file for ",
  "import.started": "Began the import into ",
  "import.succeeded": "Imported into ",
  "import.failed": "The import into ",
  "import.cancelled": "Cancelled the import into ",
  "operation.created": "Asked for an operation on ",
  "operation.started": "Began an operation on ",
  "operation.succeeded": "An operation on ",
  "operation.failed": "An operation on ",
  "operation.cancelled": "Cancelled an operation on ",
  "key.created": "Made the API key ",
  "key.deleted": "Revoked the API key ",
};

function describeRest(kind: string, payload: LogEvent["payload"]): string {
  const rows = number(payload, "row_count");
  switch (kind) {
    case "dataset.changed":
      return rows === null ? " changed" : ` now has ${countOf(rows, "row")}`;
    case "dataset.adopted":
      return ` follows the template ${text(payload, "template") ?? ""}`;
    case "dataset.released":
      return ` no longer follows the template ${text(payload, "template") ?? ""}`;
    case "import.succeeded":
      return describeSuccess(payload);
    case "operation.succeeded":
      return describeOperation(payload);
    case "import.failed":
    case "operation.failed":
      return describeFailure(payload);
    default:
      return "";
  }
}

function toneOf(kind: string): EventTone {
  if (kind.endsWith(".succeeded")) return "good";
  return kind.endsWith(".failed") ? "bad" : "none";
}

/** An event of the log as a sentence. */
export function describeEvent(event: LogEvent): EventWords {
  const { kind, payload } = event;
  const named = describeNamed(event);
  if (named) return { before: named.sentence, after: "", dataset: null, tone: named.tone };
  const slug = text(payload, "dataset_slug") ?? text(payload, "slug");
  const name = text(payload, "dataset_name") ?? text(payload, "name") ?? slug;
  const before = BEGINNINGS[kind] ?? `${kind} `;
  const isOfKey = kind.startsWith("key.");
  return {
    before: isOfKey ? before + (name ?? "") : before,
    after: describeRest(kind, payload),
    dataset: isOfKey ? null : name,
    tone: toneOf(kind),
  };
}

/** The day an event belongs to, for the headings of the list: "2026-11-21". */
export function dayOf({ at }: LogEvent): string {
  const date = new Date(at);
  const pad = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}
