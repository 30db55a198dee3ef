import type { Import, ImportProgress, ImportStatus, LogEvent } from "@/api/types";
import { createStore, useStore } from "@/lib/store";

export interface LiveImport {
  status: ImportStatus;
  progress: ImportProgress | null;
}

/** What the event stream said last of each import that is under way, by import id. */
export const liveImports = createStore<ReadonlyMap<string, LiveImport>>(new Map());

const STATUS_OF: Record<string, ImportStatus> = {
  "import.created": "pending",
  "import.started": "running",
  "import.progress": "running",
  "import.succeeded": "succeeded",
  "import.failed": "failed",
  "import.cancelled": "cancelled",
};

const ENDED: ReadonlySet<ImportStatus> = new Set(["succeeded", "failed", "cancelled"]);

export function isEnded(status: ImportStatus): boolean {
  return ENDED.has(status);
}

function progressOf(event: LogEvent): ImportProgress | null {
  const progress = event.payload.progress;
  return typeof progress === "object" && progress !== null ? (progress as ImportProgress) : null;
}

/** Takes an event of the stream into the store; an ended import leaves it. */
export function noteImportEvent(event: LogEvent): void {
  const status = STATUS_OF[event.kind];
  if (!status || !event.subject_id) return;
  const id = event.subject_id;
  liveImports.set((current) => {
    const next = new Map(current);
    if (isEnded(status)) next.delete(id);
    else next.set(id, { status, progress: progressOf(event) ?? current.get(id)?.progress ?? null });
    return next;
  });
}

/** The newer of what the server answered and what its events said since. */
export function mergeLive(run: Import, live: LiveImport | undefined): LiveImport {
  if (!live || isEnded(run.status)) return { status: run.status, progress: run.progress };
  return { status: live.status, progress: live.progress ?? run.progress };
}

export function useLiveImport(run: Import): LiveImport {
  const live = useStore(liveImports, (all) => all.get(run.id));
  return mergeLive(run, live);
}
