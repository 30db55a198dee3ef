import { IconHistory } from "@tabler/icons-react";
import type { ReactNode } from "react";

import type { JobStatus } from "@/api/types";
import styles from "@/components/health.module.css";
import { PagedItems, type PagedList } from "@/components/PagedItems";
import page from "@/components/page.module.css";
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
  const nothing = <StateMessage icon={<IconHistory size={22} stroke={1.6} />} title={empty} />;
  return (
    <PagedItems list={list} label="runs" empty={nothing}>
      {(items) => (
        <ul className={page.lines} aria-label="Runs">
          {items.map(toEntry).map((entry) => (
            <RunLine key={entry.id} entry={entry} />
          ))}
        </ul>
      )}
    </PagedItems>
  );
}
