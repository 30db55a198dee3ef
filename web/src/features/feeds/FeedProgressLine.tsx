import { ProgressBar } from "@/components/ProgressBar";
import type { Feed } from "@/features/feeds/feedQueries";
import styles from "@/features/feeds/feeds.module.css";
import { useLiveProgress } from "@/features/feeds/liveFeeds";
import { describeProgress, percentOf } from "@/features/feeds/words";

/** A run under way: a bar, and below it what it is doing; with the file's name where asked. */
export function FeedProgressLine({ feed, hasPath = false }: { feed: Feed; hasPath?: boolean }) {
  const progress = useLiveProgress(feed);
  if (!progress) return null;
  return (
    <div className={styles.progress}>
      <ProgressBar label={`Run of ${feed.name}`} percent={percentOf(progress)} />
      <span className="muted tabular truncate">{describeProgress(progress)}</span>
      {hasPath && progress.path !== null && (
        <span className="muted mono truncate">{progress.path}</span>
      )}
    </div>
  );
}
