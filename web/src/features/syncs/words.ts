import type { Sync, SyncBatch, SyncReject, SyncRun, SyncTarget } from "@/api/types";
import type { Look } from "@/components/LookBadge";
import type { HealthState } from "@/components/StateBadge";
import { countOf } from "@/lib/format";
import { listOf } from "@/lib/words";

export type TargetKind = SyncTarget["kind"];

export const KIND_WORDS: Record<TargetKind, { word: string; meaning: string }> = {
  http: { word: "HTTP endpoint", meaning: "Records as JSON, in batches, to an address." },
  sftp: { word: "SFTP folder", meaning: "Each delivery as a file on an SFTP server." },
  s3: { word: "S3 bucket", meaning: "Each delivery as an object in a bucket." },
  postgresql: { word: "PostgreSQL table", meaning: "Each change applied to a table." },
};

const withoutScheme = (url: string) => url.replace(/^https?:\/\//, "");

/** Where a sync delivers to, in a line: `POST shop.example.com/products`. */
export function targetWords(target: SyncTarget): string {
  switch (target.kind) {
    case "http":
      return `${target.method} ${withoutScheme(target.url)}${target.path}`;
    case "sftp":
      return `SFTP ${target.username}@${target.host}${folderOf(target.folder)}`;
    case "s3":
      return `S3 ${[target.bucket, target.prefix].filter(Boolean).join("/")}`;
    case "postgresql":
      return `PostgreSQL ${target.host}/${target.database}, table ${target.table}`;
  }
}

function folderOf(folder: string): string {
  if (folder === "" || folder === ".") return "";
  return folder.startsWith("/") ? folder : `/${folder}`;
}

/** What a sync delivers the changes of. */
export function sourceWords({ dataset_name, dataset_slug, template }: Sync): string {
  const name = dataset_name ?? dataset_slug;
  if (name !== null) return name;
  return template === null
    ? "a deleted dataset"
    : `the ${template} dataset, which is not there yet`;
}

export function healthOf(sync: Sync): HealthState {
  if (sync.running) return "running";
  if (sync.state !== "ok") return sync.state;
  if (sync.error) return "delayed";
  return sync.delivered_at === null && sync.watermark === null ? "waiting" : "ok";
}

/** With the moment of the next attempt, where a delivery has failed. */
export const plannedOf = (sync: Sync) => ({
  ...sync,
  next_run_at: sync.retry_at ?? sync.next_run_at,
});

/** Whether the dataset has a version that was not delivered yet. */
export function isBehind({ dataset_version, watermark, pending }: Sync): boolean {
  return pending > 0 || (dataset_version !== null && dataset_version !== watermark);
}

/** Which row a record is of, by the values of its key: `["7","A"]` is "Key 7, A". */
export function identityWords(identity: string): string {
  try {
    const key: unknown = JSON.parse(identity);
    return Array.isArray(key) ? `Key ${key.map(String).join(", ")}` : `Row ${identity}`;
  } catch {
    return identity;
  }
}

/** How much waits, as far as that is known without reading the dataset. */
export function waitingWords(sync: Sync): string {
  if (sync.dataset_version === null) return "No data yet";
  if (sync.pending > 0) return `${countOf(sync.pending, "record")} on the way`;
  return isBehind(sync) ? "Changes wait" : "Up to date";
}

const CHANGE_WORDS = {
  insert: "new rows",
  update: "changed rows",
  delete: "deleted rows",
} as const;

export const changesWords = (changes: Sync["changes"]) =>
  listOf(changes.map((change) => CHANGE_WORDS[change]));

const REASONS: Record<string, string> = {
  schedule: "by schedule",
  request: "asked for",
  retry: "tried again",
  resend: "record resent",
};

export const reasonWords = (reason: string) => REASONS[reason] ?? reason;

/** The state of a run's job and its outcome, as one. */
export function runStatus({ status, outcome }: SyncRun) {
  if (outcome === "failing" || outcome === "delayed") return "failed";
  if (outcome === "stopped") return "cancelled";
  if (outcome !== null) return "succeeded";
  return status === "pending" || status === "running" ? status : "failed";
}

function countsWords({ counts }: SyncRun): string {
  const { batches = 0, records = 0, rejected = 0 } = counts;
  const sent = `${countOf(records, "record")} in ${countOf(batches, "batch", "batches")}`;
  return rejected > 0 ? `${sent}, ${countOf(rejected, "reject")}` : sent;
}

/** What came of a run. */
export function runWords(run: SyncRun): string {
  if (run.outcome === "nothing") return "Nothing had changed";
  if (run.outcome === "stopped") return "Stopped";
  if (run.outcome === null) return run.status === "pending" ? "Waits for a worker" : "Delivering";
  const words = countsWords(run);
  if (run.outcome === "delivered") return run.is_complete ? `${words}, all rows anew` : words;
  const { records = 0 } = run.counts;
  return records > 0 ? `${words}, then it had to stop` : "Nothing could be delivered";
}

const BATCHES: Record<string, Look> = {
  pending: { word: "Pending", tone: "busy" },
  delivered: { word: "Delivered", tone: "good" },
  split: { word: "Split", tone: "none" },
  rejected: { word: "Refused", tone: "bad" },
  dropped: { word: "Dropped", tone: "none" },
};

const REJECTS: Record<string, Look> = {
  open: { word: "Open", tone: "bad" },
  resending: { word: "Being resent", tone: "busy" },
  delivered: { word: "Delivered", tone: "good" },
  discarded: { word: "Discarded", tone: "none" },
  superseded: { word: "Replaced", tone: "none" },
};

export const batchLook = ({ status }: SyncBatch): Look =>
  BATCHES[status] ?? { word: status, tone: "none" };

export const rejectLook = ({ status }: SyncReject): Look =>
  REJECTS[status] ?? { word: status, tone: "none" };

const BATCH_NOTES: Record<string, string> = {
  split: "Some record of it was refused, so it was sent again in two halves.",
  dropped: "The sync was changed before it was acknowledged; its records are planned anew.",
  rejected: "The destination refused the record. It is kept under Rejects.",
};

export const batchNote = ({ status }: SyncBatch): string | null => BATCH_NOTES[status] ?? null;
