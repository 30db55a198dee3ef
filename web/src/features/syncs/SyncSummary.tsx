import type { Sync } from "@/api/types";
import { Facts, type Fact } from "@/components/Facts";
import { NextRun } from "@/components/NextRun";
import page from "@/components/page.module.css";
import { StateBadge } from "@/components/StateBadge";
import { TimeAgo } from "@/components/TimeAgo";
import styles from "@/features/syncs/syncs.module.css";
import { healthOf, plannedOf, waitingWords } from "@/features/syncs/words";

import { formatInteger } from "@/lib/format";

/** Up to which version of the dataset all is delivered. */
function versionWords({ watermark, dataset_version: newest }: Sync): string {
  if (newest === null) return "The dataset has no data yet";
  if (watermark === null) return `Nothing of version ${formatInteger(newest)} yet`;
  if (watermark === newest) return `Version ${formatInteger(newest)}, the newest`;
  return `Version ${formatInteger(watermark)}; the newest is ${formatInteger(newest)}`;
}

/** How the sync is doing, at a glance. */
export function SyncSummary({ sync }: { sync: Sync }) {
  const { delivered_at, schedule_text } = sync;
  const facts: Fact[] = [
    ["State", <StateBadge key="state" state={healthOf(sync)} />],
    ["Changes", waitingWords(sync)],
    ["Delivered", versionWords(sync)],
    ["Last delivery", delivered_at === null ? "never" : <TimeAgo key="last" at={delivered_at} />],
    ["Next run", <NextRun key="next" of={plannedOf(sync)} isFull />],
    ["Schedule", schedule_text ?? "only when told to"],
  ];
  return (
    <section className={`${page.card} ${styles.summary}`} aria-label="State">
      <Facts facts={facts} isGrid />
    </section>
  );
}
