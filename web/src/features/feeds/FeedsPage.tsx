import { Skeleton } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconPlus } from "@tabler/icons-react";

import { ForEditors } from "@/components/ForEditors";
import { LinkButton } from "@/components/links";
import { LoadError } from "@/components/LoadError";
import { LoadMore } from "@/components/LoadMore";
import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { ShowCurl } from "@/components/ShowCurl";
import { FeedItem } from "@/features/feeds/FeedItem";
import { feedsQuery } from "@/features/feeds/feedQueries";
import styles from "@/features/feeds/feeds.module.css";
import { NoFeeds } from "@/features/feeds/NoFeeds";

function FeedList() {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useInfiniteQuery(feedsQuery);
  if (error && !data) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton h={200} radius={12} role="status" aria-label="Loading feeds" />;
  const feeds = data.pages.flatMap(({ items }) => items);
  if (feeds.length === 0) return <NoFeeds />;
  return (
    <div>
      <ul className={styles.list} aria-label="Feeds">
        {feeds.map((feed) => (
          <FeedItem key={feed.id} feed={feed} />
        ))}
      </ul>
      <LoadMore
        hasMore={hasNextPage}
        isLoading={isFetchingNextPage}
        onMore={() => void fetchNextPage()}
      />
    </div>
  );
}

/** The workspace's scheduled inbound sources, and how each of them is. */
export function FeedsPage() {
  useDocumentTitle("Feeds · Rowmill");
  return (
    <div className={page.page}>
      <PageHeader
        title="Feeds"
        lead="Files that come in by themselves."
        actions={
          <ForEditors>
            <LinkButton to="/feeds/new" leftSection={<IconPlus size={16} stroke={2} />}>
              New feed
            </LinkButton>
          </ForEditors>
        }
      />
      <FeedList />
      <ShowCurl label="the list" path="/api/feeds" />
    </div>
  );
}
