import type { LogEvent } from "@/api/types";
import type { Feed } from "@/features/feeds/feedQueries";
import { createStore, useStore } from "@/lib/store";

/** How far a run is. */
export interface FeedProgress {
  phase: string;
  files_found: number;
  files_done: number;
  files_total: number;
  bytes_done: number;
  bytes_total: number;
  path: string | null;
}

interface LiveRun {
  runId: string | null;
  progress: FeedProgress;
}

/** What the event stream said last of each feed that runs, by the feed's id. */
export const liveFeeds = createStore<ReadonlyMap<string, LiveRun>>(new Map());

const NOTHING: FeedProgress = {
  phase: "queued",
  files_found: 0,
  files_done: 0,
  files_total: 0,
  bytes_done: 0,
  bytes_total: 0,
  path: null,
};

/** The progress in a plain object of the API, with nothing for what it does not say. */
export function toProgress(value: unknown): FeedProgress {
  return typeof value === "object" && value !== null ? { ...NOTHING, ...value } : NOTHING;
}

/** Takes an event of the stream into the store. The end itself is for the server to answer. */
export function noteFeedEvent(event: LogEvent): void {
  if (event.kind !== "feed.progress" || !event.subject_id) return;
  const id = event.subject_id;
  const runId = typeof event.payload.run_id === "string" ? event.payload.run_id : null;
  const progress = toProgress(event.payload.progress);
  liveFeeds.set((current) => new Map(current).set(id, { runId, progress }));
}

/** How far the feed's run is; null where none goes on. */
export function useLiveProgress({ id, running, last_run: run }: Feed): FeedProgress | null {
  const live = useStore(liveFeeds, (all) => all.get(id));
  if (!running || !run) return null;
  return live?.runId === run.id ? live.progress : toProgress(run.progress);
}
