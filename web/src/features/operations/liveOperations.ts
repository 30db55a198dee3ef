import type { JobStatus, LogEvent, Operation } from "@/api/types";
import { createStore, useStore } from "@/lib/store";

type Progress = Operation["progress"];

export interface LiveOperation {
  status: JobStatus;
  progress: Progress;
}

/** What the event stream said last of each operation that is under way, by id. */
export const liveOperations = createStore<ReadonlyMap<string, LiveOperation>>(new Map());

const STATUS_OF: Record<string, JobStatus> = {
  "operation.created": "pending",
  "operation.started": "running",
  "operation.progress": "running",
  "operation.succeeded": "succeeded",
  "operation.failed": "failed",
  "operation.cancelled": "cancelled",
};

const ENDED: ReadonlySet<JobStatus> = new Set(["succeeded", "failed", "cancelled"]);
const NOT_BEGUN: Progress = { phase: "waiting", percent: 0 };
const DONE: Progress = { phase: "done", percent: 100 };

export function isEnded(status: JobStatus): boolean {
  return ENDED.has(status);
}

function progressOf(event: LogEvent): Progress | null {
  const progress = event.payload.progress;
  return typeof progress === "object" && progress !== null ? (progress as Progress) : null;
}

/** Takes an event of the stream into the store. The end itself is for the server to answer. */
export function noteOperationEvent(event: LogEvent): void {
  const status = STATUS_OF[event.kind];
  if (!status || !event.subject_id) return;
  const id = event.subject_id;
  liveOperations.set((current) => {
    const next = new Map(current);
    if (isEnded(status)) next.set(id, { status: "running", progress: DONE });
    else {
      const progress = progressOf(event) ?? current.get(id)?.progress ?? NOT_BEGUN;
      next.set(id, { status, progress });
    }
    return next;
  });
}

/** The newer of what the server answered and what its events said since. */
export function useLiveOperation(operation: Operation): LiveOperation {
  const live = useStore(liveOperations, (all) => all.get(operation.id));
  return live && !isEnded(operation.status) ? live : operation;
}
