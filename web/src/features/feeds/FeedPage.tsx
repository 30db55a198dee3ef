import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, Outlet } from "@tanstack/react-router";

import { isNotFound } from "@/api/problem";
import { Facts } from "@/components/Facts";
import { LinkAnchor } from "@/components/links";
import { LoadError } from "@/components/LoadError";
import { NextRun } from "@/components/NextRun";
import { NotFoundPage } from "@/components/NotFoundPage";
import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { PageLoading } from "@/components/PageLoading";
import { StateBadge } from "@/components/StateBadge";
import tabs from "@/components/tabs.module.css";
import { TimeAgo } from "@/components/TimeAgo";
import { FeedActions } from "@/features/feeds/FeedActions";
import { FeedNotice } from "@/features/feeds/FeedNotice";
import { FeedProgressLine } from "@/features/feeds/FeedProgressLine";
import { feedQuery, type Feed } from "@/features/feeds/feedQueries";
import styles from "@/features/feeds/feeds.module.css";
import {
  describeRun,
  fileCountWords,
  KIND_WORDS,
  sourceWords,
  stateOf,
} from "@/features/feeds/words";

const route = getRouteApi("/app/feeds/$id");

function Tabs({ id }: { id: string }) {
  const shared = { params: { id }, className: tabs.tab };
  const exact = { activeOptions: { exact: true, includeSearch: false } };
  return (
    <nav className={tabs.tabs} aria-label="Views of the feed">
      <Link to="/feeds/$id" {...shared} {...exact}>
        Files
      </Link>
      <Link to="/feeds/$id/runs" {...shared}>
        Runs
      </Link>
      <Link to="/feeds/$id/preview" {...shared}>
        Preview
      </Link>
      <Link to="/feeds/$id/settings" {...shared}>
        Settings
      </Link>
    </nav>
  );
}

function LastRun({ run }: { run: NonNullable<Feed["last_run"]> }) {
  const words = run.status === "failed" ? "Failed" : describeRun(run) || "Cancelled";
  return (
    <>
      {words} · <TimeAgo at={run.finished_at ?? run.created_at} />
    </>
  );
}

function Overview({ feed }: { feed: Feed }) {
  const { schedule, last_run: run } = feed;
  return (
    <Facts
      facts={[
        ["Next run", <NextRun key="next" of={feed} isFull />],
        ["Schedule", schedule?.description ?? "only when told to"],
        ["Last run", run && !feed.running && <LastRun run={run} />],
        ["Files", fileCountWords(feed.files)],
      ]}
    />
  );
}

/** A feed at its own address: how it is, and what came of its files. */
export function FeedPage() {
  const { id } = route.useParams();
  const { data, error, refetch } = useQuery(feedQuery(id));
  const feed = data?.feed;
  useDocumentTitle(`${feed?.name ?? "Feed"} · Rowmill`);
  if (isNotFound(error)) {
    return <NotFoundPage title="No such feed" message="It may have been deleted." error={error} />;
  }
  if (error && !feed) return <LoadError level={1} error={error} onRetry={() => void refetch()} />;
  if (!feed) return <PageLoading />;
  return (
    <div className={page.page} key={id}>
      <div>
        <LinkAnchor to="/feeds" size="sm">
          All feeds
        </LinkAnchor>
      </div>
      <PageHeader
        title={
          <span className={styles.title}>
            {feed.name} <StateBadge state={stateOf(feed)} />
          </span>
        }
        lead={`${KIND_WORDS[feed.kind].word} · ${sourceWords(feed.source)}`}
        actions={<FeedActions feed={feed} />}
      />
      <FeedNotice feed={feed} />
      {feed.running && <FeedProgressLine feed={feed} hasPath />}
      <Overview feed={feed} />
      <Tabs id={id} />
      <Outlet />
    </div>
  );
}
