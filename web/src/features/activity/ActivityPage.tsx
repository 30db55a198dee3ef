import { Skeleton } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconActivity } from "@tabler/icons-react";

import { activityQuery } from "@/api/queries";
import type { LogEvent } from "@/api/types";
import { LoadError } from "@/components/LoadError";
import { LoadMore } from "@/components/LoadMore";
import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { StateMessage } from "@/components/StateMessage";
import styles from "@/features/activity/activity.module.css";
import { dayOf } from "@/features/activity/describeEvent";
import { EventRow } from "@/features/activity/EventRow";
import { formatDay } from "@/lib/format";

function groupByDay(events: readonly LogEvent[]): [string, LogEvent[]][] {
  const days = new Map<string, LogEvent[]>();
  for (const event of events) {
    const day = dayOf(event);
    days.set(day, [...(days.get(day) ?? []), event]);
  }
  return [...days];
}

function EventList() {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useInfiniteQuery(activityQuery);
  if (error && !data) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton h={300} radius={12} role="status" aria-label="Loading activity" />;
  const events = data.pages.flatMap(({ items }) => items);
  if (events.length === 0) {
    return (
      <StateMessage icon={<IconActivity size={22} stroke={1.6} />} title="Nothing happened yet">
        <p>Imports, renames and deletions are listed here as they happen.</p>
      </StateMessage>
    );
  }
  return (
    <div className={styles.days}>
      {groupByDay(events).map(([day, ofDay]) => (
        <section key={day} aria-labelledby={`day-${day}`}>
          <h2 id={`day-${day}`} className={styles.day}>
            {formatDay(`${day}T12:00:00`)}
          </h2>
          <ul className={page.lines}>
            {ofDay.map((event) => (
              <EventRow key={event.id} event={event} />
            ))}
          </ul>
        </section>
      ))}
      <LoadMore
        hasMore={hasNextPage}
        isLoading={isFetchingNextPage}
        onMore={() => void fetchNextPage()}
      />
    </div>
  );
}

/** What happened in the workspace, newest first. */
export function ActivityPage() {
  useDocumentTitle("Activity · Rowmill");
  return (
    <div className={`${page.page} ${page.narrow}`}>
      <PageHeader title="Activity" lead="What happened in this workspace, as it happens." />
      <EventList />
    </div>
  );
}
