import { useQuery } from "@tanstack/react-query";

import { storageQuery } from "@/api/admin";
import type { Storage } from "@/api/types";
import styles from "@/features/admin/admin.module.css";
import { Panel } from "@/features/admin/Panel";
import { UsageBar } from "@/features/admin/UsageBar";
import { formatBytes } from "@/lib/format";

function Disk({ storage: { total_bytes, free_bytes } }: { storage: Storage }) {
  if (total_bytes === null || free_bytes === null) return null;
  return (
    <div className={styles.disk}>
      <UsageBar
        label="Use of the disk"
        used={total_bytes - free_bytes}
        limit={total_bytes}
        format={formatBytes}
      />
      <small className={styles.sub}>{formatBytes(free_bytes)} free on the store’s disk</small>
    </div>
  );
}

/** Where everything lies, and how much of it. */
export function StoragePanel() {
  const query = useQuery(storageQuery);
  return (
    <Panel title="Storage" lead={query.data?.address ?? "What is stored, by kind."} query={query}>
      {(storage) => (
        <>
          <Disk storage={storage} />
          <dl className={styles.lines}>
            {storage.folders.map(({ name, description, size_bytes }) => (
              <div key={name}>
                <dt>
                  {name}
                  <small>{description}</small>
                </dt>
                <dd>{formatBytes(size_bytes)}</dd>
              </div>
            ))}
            <div>
              <dt>
                database
                <small>The tables, jobs and logs in PostgreSQL.</small>
              </dt>
              <dd>{formatBytes(storage.database_bytes)}</dd>
            </div>
          </dl>
        </>
      )}
    </Panel>
  );
}
