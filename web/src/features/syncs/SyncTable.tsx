import { Link } from "@tanstack/react-router";

import type { Sync } from "@/api/types";
import list from "@/components/listTable.module.css";
import { NextRun } from "@/components/NextRun";
import { RowControls } from "@/components/RunControls";
import { StateBadge } from "@/components/StateBadge";
import { TimeAgo } from "@/components/TimeAgo";
import { useCanEdit } from "@/components/useCanEdit";
import styles from "@/features/syncs/syncs.module.css";
import { useSyncActions } from "@/features/syncs/useSyncActions";
import {
  healthOf,
  plannedOf,
  sourceWords,
  targetWords,
  waitingWords,
} from "@/features/syncs/words";
import { countOf } from "@/lib/format";

function Controls({ sync }: { sync: Sync }) {
  const { run, pause } = useSyncActions(sync);
  const { name, running, paused } = sync;
  return <RowControls name={name} isRunning={running} isPaused={paused} run={run} pause={pause} />;
}

function Row({ sync }: { sync: Sync }) {
  const canEdit = useCanEdit();
  const { slug, name, open_rejects, delivered_at, error, state } = sync;
  return (
    <tr role="row">
      <th scope="row" role="rowheader" className={styles.nameCell}>
        <Link to="/syncs/$id" params={{ id: slug }} className={styles.name}>
          {name}
        </Link>
        <span className={styles.route}>
          {sourceWords(sync)} <span aria-hidden>→</span>
          <span className="visually-hidden">to</span> {targetWords(sync.destination)}
        </span>
        {state === "failing" && error && <span className={styles.reason}>{error.message}</span>}
      </th>
      <td>
        <StateBadge state={healthOf(sync)} />
      </td>
      <td>
        {waitingWords(sync)}
        {open_rejects > 0 && (
          <Link
            to="/syncs/$id"
            params={{ id: slug }}
            search={{ tab: "rejects", status: "open" }}
            className={styles.rejects}
          >
            {countOf(open_rejects, "reject")}
          </Link>
        )}
      </td>
      <td data-extra>{delivered_at === null ? "never" : <TimeAgo at={delivered_at} />}</td>
      <td data-extra>
        <NextRun of={plannedOf(sync)} />
      </td>
      {canEdit && (
        <td className={styles.actionCell}>
          <Controls sync={sync} />
        </td>
      )}
    </tr>
  );
}

export function SyncTable({ syncs }: { syncs: readonly Sync[] }) {
  const canEdit = useCanEdit();
  return (
    <div className={list.card}>
      <table className={`${list.table} ${styles.table}`} aria-label="Syncs">
        <thead>
          <tr>
            <th scope="col">Sync</th>
            <th scope="col">State</th>
            <th scope="col">Changes</th>
            <th scope="col" data-extra>
              Last delivery
            </th>
            <th scope="col" data-extra>
              Next run
            </th>
            {canEdit && (
              <th scope="col">
                <span className="visually-hidden">Actions</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {syncs.map((sync) => (
            <Row key={sync.id} sync={sync} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
