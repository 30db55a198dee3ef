import { Skeleton } from "@mantine/core";

import styles from "@/components/states.module.css";

/** Shown while the code or the first data of a page is on its way. */
export function PageLoading() {
  return (
    <div className={styles.page} role="status" aria-label="Loading">
      <Skeleton h={28} w={220} />
      <Skeleton h={120} />
      <Skeleton h={260} />
    </div>
  );
}
