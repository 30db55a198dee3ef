import type { LogEvent } from "@/api/types";
import { countOf } from "@/lib/format";

type Payload = LogEvent["payload"];

function text(payload: Payload, ...names: string[]): string {
  const found = names.map((name) => payload[name]).find((value) => typeof value === "string");
  return typeof found === "string" ? found : "";
}

/** Why something failed, behind a colon; nothing where the event does not say. */
function why(payload: Payload): string {
  const { error } = payload;
  const isObject = typeof error === "object" && error !== null && "message" in error;
  const inner: unknown = isObject ? error.message : error;
  const reason = typeof inner === "string" ? inner : text(payload, "message", "reason");
  return reason === "" ? "" : `: ${reason}`;
}

const invoice = (payload: Payload) => text(payload, "number", "invoice_id", "invoice");
const feed = (payload: Payload) => text(payload, "name", "feed");
const sync = (payload: Payload) => text(payload, "sync_name", "name");
const webhook = (payload: Payload) => text(payload, "name");
const template = (payload: Payload) => text(payload, "template");

/** "File prices.csv of feed nightly", however much of it is known. */
function file(payload: Payload): string {
  const path = text(payload, "path", "file_name");
  return `${path === "" ? "A file" : `The file ${path}`} of the feed ${feed(payload)}`;
}

function delivered(payload: Payload): string {
  const { records } = payload;
  return typeof records === "number" ? countOf(records, "record") : "What was new";
}

/** Events that name something else than a dataset, as sentences. */
const SENTENCES: Record<string, (payload: Payload) => string> = {
  "invoice.created": (payload) => `Created invoice ${invoice(payload)}`,
  "invoice.updated": (payload) => `Changed invoice ${invoice(payload)}`,
  "invoice.deleted": (payload) => `Deleted invoice ${invoice(payload)}`,
  "template.created": (payload) => `Declared the template ${template(payload)}`,
  "template.changed": (payload) => `Changed the template ${template(payload)}`,
  "template.deleted": (payload) => `Deleted the template ${template(payload)}`,
  "feed.created": (payload) => `Made the feed ${feed(payload)}`,
  "feed.changed": (payload) => `Changed the feed ${feed(payload)}`,
  "feed.deleted": (payload) => `Deleted the feed ${feed(payload)}`,
  "feed.paused": (payload) => `Paused the feed ${feed(payload)}`,
  "feed.resumed": (payload) => `Resumed the feed ${feed(payload)}`,
  "feed.host_key_trusted": (payload) => `Trusted the host key of the feed ${feed(payload)}`,
  "feed.run_started": (payload) => `The feed ${feed(payload)} began to look for files`,
  "feed.run_finished": (payload) => `The feed ${feed(payload)} looked for files`,
  "feed.run_failed": (payload) => `The feed ${feed(payload)} failed${why(payload)}`,
  "feed.run_cancelled": (payload) => `Stopped a run of the feed ${feed(payload)}`,
  "feed.file_imported": (payload) => `${file(payload)} was imported`,
  "feed.file_duplicate": (payload) => `${file(payload)} was known already`,
  "feed.file_unrecognised": (payload) => `${file(payload)} was not recognised; it is kept`,
  "feed.file_failed": (payload) => `${file(payload)} failed${why(payload)}`,
  "sync.created": (payload) => `Made the sync ${sync(payload)}`,
  "sync.changed": (payload) => `Changed the sync ${sync(payload)}`,
  "sync.deleted": (payload) => `Deleted the sync ${sync(payload)}`,
  "sync.delivered": (payload) => `${delivered(payload)} delivered by the sync ${sync(payload)}`,
  "sync.failing": (payload) => `The sync ${sync(payload)} fails${why(payload)}`,
  "sync.recovered": (payload) => `The sync ${sync(payload)} delivers again`,
  "sync.record_rejected": (payload) =>
    `A record of the sync ${sync(payload)} was refused${why(payload)}`,
  "webhook.created": (payload) => `Made the webhook ${webhook(payload)}`,
  "webhook.changed": (payload) => `Changed the webhook ${webhook(payload)}`,
  "webhook.deleted": (payload) => `Deleted the webhook ${webhook(payload)}`,
  "webhook.paused": (payload) => `Paused the webhook ${webhook(payload)}`,
  "webhook.resumed": (payload) => `Resumed the webhook ${webhook(payload)}`,
  "webhook.disabled": (payload) => `The webhook ${webhook(payload)} was paused${why(payload)}`,
};

const BAD: ReadonlySet<string> = new Set([
  "feed.run_failed",
  "feed.file_failed",
  "feed.file_unrecognised",
  "sync.failing",
  "sync.record_rejected",
  "webhook.disabled",
]);

const GOOD: ReadonlySet<string> = new Set([
  "feed.file_imported",
  "sync.delivered",
  "sync.recovered",
]);

/** The sentence of an event that names something else than a dataset; null for the others. */
export function describeNamed({ kind, payload }: LogEvent) {
  const sentence = SENTENCES[kind];
  if (!sentence) return null;
  const tone = BAD.has(kind) ? "bad" : GOOD.has(kind) ? "good" : "none";
  return { sentence: sentence(payload).trim(), tone } as const;
}
