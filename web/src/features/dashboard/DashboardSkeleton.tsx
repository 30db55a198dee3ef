import { Skeleton } from "@mantine/core";

import styles from "@/features/dashboard/dashboard.module.css";

/** The page's shape while its figures are on their way. */
export function DashboardSkeleton() {
  return (
    <div className={styles.dashboard} role="status" aria-label="Loading the dashboard">
      <Skeleton h={30} />
      <Skeleton h={96} radius={12} />
      <Skeleton h={330} radius={12} />
      <div className={styles.breakdowns}>
        {[0, 1, 2].map((card) => (
          <Skeleton key={card} h={300} radius={12} />
        ))}
      </div>
    </div>
  );
}
