import { IconHistory } from "@tabler/icons-react";
import type { ReactNode } from "react";

import type { JobStatus } from "@/api/types";
import styles from "@/components/health.module.css";
import { ListSkeleton } from "@/components/ListSkeleton";
import { LoadError } from "@/components/LoadError";
import { LoadMore } from "@/components/LoadMore";
import { StateMessage } from "@/components/StateMessage";
import { StatusBadge } from "@/components/StatusBadge";
import { TimeAgo } from "@/components/TimeAgo";
import { formatDuration } from "@/lib/format";

/** A run as a line of the history. */
export interface RunEntry {
  id: string;
  status: JobStatus;
  /** Why it ran: "by schedule", "asked for". */
  reason: string;
  /** What came of it, in words; or how far it is. */
  account: ReactNode;
  error?: string | null;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
}

/** What an infinite query says of its list. */
interface PagedList<T> {
  data: { pages: readonly { items: readonly T[] }[] } | undefined;
  error: Error | null;
  refetch: () => Promise<unknown>;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
}

interface Props<T> {
  list: PagedList<T>;
  toEntry: (item: T) => RunEntry;
  /** What stands there before the first run. */
  empty: string;
}

function RunLine({ entry }: { entry: RunEntry }) {
  const { status, reason, account, error, createdAt, startedAt, finishedAt } = entry;
  return (
    <li className={styles.run}>
      <StatusBadge status={status} />
      <div className={styles.account}>
        {account}
        {error != null && <span className={styles.failed}>{error}</span>}
      </div>
      <span className={styles.aside}>{reason}</span>
      <span className={`${styles.aside} ${styles.took}`} title="How long it took">
        {startedAt !== null && finishedAt !== null && formatDuration(startedAt, finishedAt)}
      </span>
      <span className={`${styles.aside} ${styles.begun}`}>
        <TimeAgo at={startedAt ?? createdAt} />
      </span>
    </li>
  );
}

/** The runs of something that runs by itself, newest first. */
export function RunHistory<T>({ list, toEntry, empty }: Props<T>) {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  if (error && !data) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (!data) return <ListSkeleton label="runs" />;
  const entries = data.pages.flatMap(({ items }) => items.map(toEntry));
  if (entries.length === 0) {
    return <StateMessage icon={<IconHistory size={22} stroke={1.6} />} title={empty} />;
  }
  return (
    <div>
      <ul className={styles.runs} aria-label="Runs">
        {entries.map((entry) => (
          <RunLine key={entry.id} entry={entry} />
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
