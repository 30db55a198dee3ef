import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { RunHistory, type RunEntry } from "@/components/RunHistory";
import { ShowCurl } from "@/components/ShowCurl";
import { feedPath, feedRunsQuery, type FeedRun } from "@/features/feeds/feedQueries";
import { describeRun, TRIGGER_WORDS } from "@/features/feeds/words";

const route = getRouteApi("/app/feeds/$id/runs");

function toEntry(run: FeedRun): RunEntry {
  return {
    id: run.id,
    status: run.status,
    reason: TRIGGER_WORDS[run.trigger],
    account: describeRun(run),
    error: run.error?.message,
    createdAt: run.created_at,
    startedAt: run.started_at,
    finishedAt: run.finished_at,
  };
}

/** Every time the feed looked at its source. */
export function RunsTab() {
  const { id } = route.useParams();
  const list = useInfiniteQuery(feedRunsQuery(id));
  return (
    <>
      <RunHistory list={list} toEntry={toEntry} empty="It has not run yet" />
      <ShowCurl label="the runs" path={`${feedPath(id)}/runs`} />
    </>
  );
}
