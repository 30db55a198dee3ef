import { useInfiniteQuery } from "@tanstack/react-query";

import type { Sync, SyncRun } from "@/api/types";
import { RunHistory, type RunEntry } from "@/components/RunHistory";
import { ShowCurl } from "@/components/ShowCurl";
import { runsQuery, syncPath } from "@/features/syncs/syncQueries";
import styles from "@/features/syncs/syncs.module.css";
import { reasonWords, runStatus, runWords } from "@/features/syncs/words";

function toEntry(run: SyncRun): RunEntry {
  return {
    id: run.id,
    status: runStatus(run),
    reason: reasonWords(run.reason),
    account: runWords(run),
    error: run.error?.message,
    createdAt: run.created_at,
    startedAt: run.created_at,
    finishedAt: run.finished_at,
  };
}

/** When the sync was at work, and what came of it. */
export function RunsTab({ sync }: { sync: Sync }) {
  const list = useInfiniteQuery({
    ...runsQuery(sync.slug),
    refetchInterval: sync.running ? 2000 : false,
  });
  return (
    <div className={styles.tabContent}>
      <RunHistory list={list} toEntry={toEntry} empty="It has not run yet" />
      <ShowCurl label="the runs" path={`${syncPath(sync.slug)}/runs`} />
    </div>
  );
}
