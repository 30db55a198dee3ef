import type { Look } from "@/components/LookBadge";
import type { HealthState } from "@/components/StateBadge";
import type {
  Feed,
  FeedFileState,
  FeedKind,
  FeedRun,
  FeedSource,
  PreviewFile,
} from "@/features/feeds/feedQueries";
import type { FeedProgress } from "@/features/feeds/liveFeeds";
import { countOf, formatBytes, formatInteger } from "@/lib/format";

export const KIND_WORDS: Record<FeedKind, { word: string; meaning: string }> = {
  sftp: { word: "SFTP server", meaning: "A folder of a server that partners put files on." },
  s3: { word: "S3 bucket", meaning: "Amazon S3 or any service that speaks its protocol." },
  folder: { word: "Folder", meaning: "A folder on the disks of the Rowmill server." },
  https: { word: "Web address", meaning: "Files that are published at fixed addresses." },
};

export const KINDS: readonly FeedKind[] = ["sftp", "s3", "folder", "https"];

/** Where files come from, in one line. */
export function sourceWords(source: FeedSource): string {
  switch (source.kind) {
    case "sftp": {
      const port = source.port === 22 ? "" : `:${source.port}`;
      const folder = source.folder === "" ? "" : `/${source.folder.replace(/^\//, "")}`;
      return `${source.username}@${source.host}${port}${folder}`;
    }
    case "s3":
      return `s3://${source.bucket}${source.prefix === "" ? "" : `/${source.prefix.replace(/^\//, "")}`}`;
    case "folder":
      return source.folder;
    case "https":
      return source.urls.length === 1
        ? (source.urls[0] ?? "")
        : countOf(source.urls.length, "address", "addresses");
  }
}

/** How the feed is, of all that it can be at once the most telling. */
export function stateOf({ running, health, last_run: run }: Feed): HealthState {
  if (running) return "running";
  return health === "ok" && !run ? "waiting" : health;
}

export const TRIGGER_WORDS: Record<FeedRun["trigger"], string> = {
  schedule: "by schedule",
  manual: "asked for",
  follow_up: "follow-up",
};

/** What a run that has ended came to. */
export function describeRun(run: FeedRun): string {
  if (run.status === "pending") return "Waiting for a worker";
  if (run.status === "running") return describeProgress(progressOf(run));
  const parts: string[] = [];
  if (run.files_fetched > 0) {
    parts.push(`${countOf(run.files_fetched, "file")} fetched, ${formatBytes(run.bytes_fetched)}`);
  } else if (run.status === "succeeded") {
    parts.push(`Nothing new among ${countOf(run.files_found, "file")}`);
  }
  if (run.files_failed > 0) parts.push(`${formatInteger(run.files_failed)} unreadable`);
  if (run.files_waiting > 0) parts.push(`${formatInteger(run.files_waiting)} left for later`);
  return parts.join(" · ");
}

function progressOf(run: FeedRun): FeedProgress {
  const empty = { files_found: 0, files_done: 0, files_total: 0, bytes_done: 0, bytes_total: 0 };
  return { phase: "connecting", path: null, ...empty, ...run.progress };
}

/** What a run is doing. */
export function describeProgress(progress: FeedProgress): string {
  const { phase, files_found: found, files_done: done, files_total: total } = progress;
  switch (phase) {
    case "queued":
      return "Waiting for a worker";
    case "connecting":
      return "Connecting";
    case "listing":
      return found > 0 ? `Looking at files · ${countOf(found, "file")} so far` : "Looking at files";
    case "fetching": {
      const bytes = progress.bytes_total > 0 ? ` of ${formatBytes(progress.bytes_total)}` : "";
      return `Fetching · ${formatInteger(done)} of ${countOf(total, "file")} · ${formatBytes(progress.bytes_done)}${bytes}`;
    }
    case "waiting":
      return "Waiting until files are stable";
    default:
      return "Running";
  }
}

/** 0–100; null while it cannot be known. */
export function percentOf(progress: FeedProgress): number | null {
  if (progress.phase !== "fetching") return null;
  const { bytes_done, bytes_total, files_done, files_total } = progress;
  if (bytes_total > 0) return Math.min(100, (100 * bytes_done) / bytes_total);
  return files_total > 0 ? Math.min(100, (100 * files_done) / files_total) : null;
}

interface FileLook extends Look {
  /** After a number of files. */
  counted: string;
  meaning: string;
}

export const FILE_STATES: Record<FeedFileState, FileLook> = {
  imported: {
    word: "Imported",
    counted: "imported",
    tone: "good",
    meaning: "It is in its dataset.",
  },
  importing: {
    word: "Importing",
    counted: "importing",
    tone: "busy",
    meaning: "Its import goes on.",
  },
  fetched: {
    word: "Fetched",
    counted: "fetched",
    tone: "busy",
    meaning: "It is here; its import will begin.",
  },
  fetching: {
    word: "Fetching",
    counted: "on their way",
    tone: "busy",
    meaning: "It is on its way.",
  },
  seen: {
    word: "Waiting",
    counted: "waiting",
    tone: "none",
    meaning: "It is fetched when it no longer changes.",
  },
  failed: {
    word: "Failed",
    counted: "failed",
    tone: "bad",
    meaning: "It could not be fetched or imported.",
  },
  unrecognised: {
    word: "No rule",
    counted: "without a rule",
    tone: "none",
    meaning: "It is kept, but no rule takes it.",
  },
  duplicate: {
    word: "Same content",
    counted: "with content that was there",
    tone: "none",
    meaning: "Its content had come in before.",
  },
  skipped: {
    word: "Skipped",
    counted: "skipped",
    tone: "none",
    meaning: "It changed nothing.",
  },
};

export const FILE_STATE_ORDER = Object.keys(FILE_STATES) as FeedFileState[];

export function toFileState(text: string | undefined): FeedFileState | undefined {
  return FILE_STATE_ORDER.find((one) => one === text);
}

/** How many of its files are in which state: "26 imported, 2 failed". */
export function fileCountWords(files: Feed["files"]): string {
  const parts = FILE_STATE_ORDER.filter((state) => (files[state] ?? 0) > 0).map(
    (state) => `${formatInteger(files[state] ?? 0)} ${FILE_STATES[state].counted}`,
  );
  return parts.length === 0 ? "none yet" : parts.join(", ");
}

/** What becomes of files that no rule takes. */
export function unruledWords(count: number): string {
  return count === 1
    ? "1 file fits no rule and is kept. A rule that you add takes it in, without fetching it again."
    : `${formatInteger(count)} files fit no rule and are kept. A rule that you add takes them in, without fetching them again.`;
}

export const OUTCOMES: Record<PreviewFile["outcome"], Look> = {
  import: { word: "Taken", tone: "good" },
  unrecognised: { word: "No rule", tone: "bad" },
  ignored: { word: "Ignored", tone: "none" },
  known: { word: "Known", tone: "none" },
};

/** Where a rule sends its files. */
export function targetWords(rule: { dataset?: string | null; template?: string | null }): string {
  if (rule.dataset && rule.template) return `${rule.dataset}, as ${rule.template}`;
  return rule.dataset ?? (rule.template ? `template ${rule.template}` : "nowhere yet");
}
