import { useQuery } from "@tanstack/react-query";

import { workersQuery } from "@/api/admin";
import type { Workers } from "@/api/types";
import { TimeAgo } from "@/components/TimeAgo";
import styles from "@/features/admin/admin.module.css";
import { Panel } from "@/features/admin/Panel";
import { countOf, formatInteger } from "@/lib/format";

function Queue({ workers }: { workers: Workers }) {
  const { waiting_jobs, oldest_waiting_since } = workers;
  return (
    <li>
      <span>Waiting for a worker</span>
      <span>
        {formatInteger(waiting_jobs)}
        {oldest_waiting_since !== null && (
          <small>
            the oldest since <TimeAgo at={oldest_waiting_since} />
          </small>
        )}
      </span>
    </li>
  );
}

/** Whether anybody works, and how much waits. */
export function WorkersPanel() {
  const query = useQuery(workersQuery);
  return (
    <Panel title="Workers" lead="Processes that do imports and operations." query={query}>
      {(workers) => (
        <>
          {!workers.items.some(({ is_alive }) => is_alive) && (
            <p className={styles.none} role="alert">
              <span className={styles.error}>
                No worker is alive: nothing is imported. Start one with “rowmill worker”.
              </span>
            </p>
          )}
          <ul className={styles.lines}>
            {workers.items.map((worker) => (
              <li key={worker.id}>
                <span>
                  Worker {worker.id}{" "}
                  <span className={styles.state} data-tone={worker.is_alive ? "good" : "bad"}>
                    {worker.is_alive ? "alive" : "silent"}
                  </span>
                  <small>
                    last sign of life <TimeAgo at={worker.last_heartbeat_at} />
                  </small>
                </span>
                <span>{countOf(worker.running_jobs, "job")} running</span>
              </li>
            ))}
            <Queue workers={workers} />
          </ul>
        </>
      )}
    </Panel>
  );
}
