import { Skeleton } from "@mantine/core";

import styles from "@/features/explore/explore.module.css";

export function ExploreSkeleton() {
  return (
    <div className={styles.explore} role="status" aria-label="Loading charts">
      <div className={styles.figures}>
        {[0, 1, 2, 3].map((card) => (
          <Skeleton key={card} h={84} radius={12} />
        ))}
      </div>
      <Skeleton h={320} radius={12} />
      <div className={styles.dimensions}>
        {[0, 1, 2].map((card) => (
          <Skeleton key={card} h={280} radius={12} />
        ))}
      </div>
    </div>
  );
}
