import { Link } from "@tanstack/react-router";

import type { Sync } from "@/api/types";
import tabs from "@/components/tabs.module.css";
import styles from "@/features/syncs/syncs.module.css";
import { useCanEdit } from "@/components/useCanEdit";
import { formatInteger } from "@/lib/format";

export type Tab = "batches" | "rejects" | "runs" | "pending" | "settings";

const TABS: readonly { tab: Tab; label: string }[] = [
  { tab: "batches", label: "Batches" },
  { tab: "rejects", label: "Rejects" },
  { tab: "runs", label: "Runs" },
  { tab: "pending", label: "What waits" },
  { tab: "settings", label: "Settings" },
];

/** Only editors may ask what would be sent. */
const isFor = (tab: Tab, canEdit: boolean) => canEdit || tab !== "pending";

export function toTab(asked: string | undefined, canEdit: boolean): Tab {
  const known = TABS.find(({ tab }) => tab === asked)?.tab ?? "batches";
  return isFor(known, canEdit) ? known : "batches";
}

/** The views of a sync. */
export function SyncTabs({ sync, tab: current }: { sync: Sync; tab: Tab }) {
  const canEdit = useCanEdit();
  return (
    <nav className={tabs.tabs} aria-label="Views of the sync">
      {TABS.filter(({ tab }) => isFor(tab, canEdit)).map(({ tab, label }) => (
        <Link
          key={tab}
          to="/syncs/$id"
          params={{ id: sync.slug }}
          search={{ tab: tab === "batches" ? undefined : tab }}
          className={tabs.tab}
          data-status={tab === current ? "active" : undefined}
          aria-current={tab === current ? "page" : undefined}
          activeOptions={{ exact: true, includeSearch: true }}
          replace
        >
          {label}
          {tab === "rejects" && sync.open_rejects > 0 && (
            <span className={styles.count}>{formatInteger(sync.open_rejects)}</span>
          )}
        </Link>
      ))}
    </nav>
  );
}
