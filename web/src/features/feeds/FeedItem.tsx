import { ActionIcon, Tooltip } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay, IconRefresh } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { ForEditors } from "@/components/ForEditors";
import { StateBadge } from "@/components/StateBadge";
import { TimeAgo } from "@/components/TimeAgo";
import { TimeUntil } from "@/components/TimeUntil";
import type { Feed } from "@/features/feeds/feedQueries";
import styles from "@/features/feeds/feeds.module.css";
import { FeedProgressLine } from "@/features/feeds/FeedProgressLine";
import { KIND_ICONS } from "@/features/feeds/kindIcons";
import { useFeedActions } from "@/features/feeds/useFeedActions";
import { describeRun, KIND_WORDS, sourceWords, stateOf } from "@/features/feeds/words";

interface ActionProps {
  label: string;
  isPending: boolean;
  isOff?: boolean;
  onClick: () => void;
  children: ReactNode;
}

function Action({ label, isPending, isOff = false, onClick, children }: ActionProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        size={34}
        aria-label={label}
        loading={isPending}
        disabled={isOff}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

function Actions({ feed }: { feed: Feed }) {
  const { run, pause, resume } = useFeedActions(feed);
  return (
    <div className={styles.itemActions}>
      <Action
        label={`Run ${feed.name} now`}
        isPending={run.isPending}
        isOff={feed.running}
        onClick={() => run.mutate()}
      >
        <IconRefresh size={17} stroke={1.7} />
      </Action>
      {feed.paused ? (
        <Action
          label={`Resume ${feed.name}`}
          isPending={resume.isPending}
          onClick={() => resume.mutate()}
        >
          <IconPlayerPlay size={17} stroke={1.7} />
        </Action>
      ) : (
        <Action
          label={`Pause ${feed.name}`}
          isPending={pause.isPending}
          onClick={() => pause.mutate()}
        >
          <IconPlayerPause size={17} stroke={1.7} />
        </Action>
      )}
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

function nextWords({ paused, next_run_at: next, schedule }: Feed): ReactNode {
  if (paused) return "until resumed";
  if (next === null) return schedule ? "not planned" : "when told to";
  return <TimeUntil at={next} />;
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
        <small>Next run</small> {nextWords(feed)}
      </span>
      <ForEditors>
        <Actions feed={feed} />
      </ForEditors>
    </li>
  );
}
