import { Link } from "@tanstack/react-router";

import { ForEditors } from "@/components/ForEditors";
import { NextRun } from "@/components/NextRun";
import { RowControls } from "@/components/RunControls";
import { StateBadge } from "@/components/StateBadge";
import { TimeAgo } from "@/components/TimeAgo";
import type { Feed } from "@/features/feeds/feedQueries";
import styles from "@/features/feeds/feeds.module.css";
import { FeedProgressLine } from "@/features/feeds/FeedProgressLine";
import { KIND_ICONS } from "@/features/feeds/kindIcons";
import { useFeedActions } from "@/features/feeds/useFeedActions";
import { describeRun, KIND_WORDS, sourceWords, stateOf } from "@/features/feeds/words";

function Actions({ feed }: { feed: Feed }) {
  const { run, pause } = useFeedActions(feed);
  return (
    <div className={styles.itemActions}>
      <RowControls
        name={feed.name}
        isRunning={feed.running}
        isPaused={feed.paused}
        run={run}
        pause={pause}
      />
    </div>
  );
}

/** What came of it last, or what it is doing. */
function Outcome({ feed }: { feed: Feed }) {
  const { last_run: run } = feed;
  if (feed.running) return <FeedProgressLine feed={feed} />;
  if (feed.error) {
    return (
      <span data-failed="true" className={styles.clamped} title={feed.error.message}>
        {feed.error.message}
      </span>
    );
  }
  if (!run) return null;
  return (
    <>
      {describeRun(run) || "Cancelled"} · <TimeAgo at={run.finished_at ?? run.created_at} />
    </>
  );
}

/** A feed as a line of the list; all of it leads to its page. */
export function FeedItem({ feed }: { feed: Feed }) {
  const Icon = KIND_ICONS[feed.kind];
  return (
    <li className={styles.item}>
      <Icon size={20} stroke={1.6} className={styles.icon} aria-hidden />
      <div className={styles.what}>
        <Link to="/feeds/$id" params={{ id: feed.id }} className={styles.name}>
          {feed.name}
        </Link>
        <small className="truncate" title={sourceWords(feed.source)}>
          {KIND_WORDS[feed.kind].word} · {sourceWords(feed.source)}
        </small>
      </div>
      <StateBadge state={stateOf(feed)} />
      <div className={styles.outcome}>
        <Outcome feed={feed} />
      </div>
      <span className={styles.next}>
        <small>Next run</small> <NextRun of={feed} />
      </span>
      <ForEditors>
        <Actions feed={feed} />
      </ForEditors>
    </li>
  );
}
