import { useDocumentTitle } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconPlus } from "@tabler/icons-react";

import { ForEditors } from "@/components/ForEditors";
import { LinkButton } from "@/components/links";
import { PageHeader } from "@/components/PageHeader";
import { PagedItems } from "@/components/PagedItems";
import page from "@/components/page.module.css";
import { ShowCurl } from "@/components/ShowCurl";
import { FeedItem } from "@/features/feeds/FeedItem";
import { feedsQuery } from "@/features/feeds/feedQueries";
import { NoFeeds } from "@/features/feeds/NoFeeds";

function FeedList() {
  return (
    <PagedItems
      list={useInfiniteQuery(feedsQuery)}
      label="feeds"
      rowHeight={64}
      empty={<NoFeeds />}
    >
      {(feeds) => (
        <ul className={page.lines} aria-label="Feeds">
          {feeds.map((feed) => (
            <FeedItem key={feed.id} feed={feed} />
          ))}
        </ul>
      )}
    </PagedItems>
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
