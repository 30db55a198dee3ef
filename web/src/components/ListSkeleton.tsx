import { Skeleton } from "@mantine/core";

import styles from "@/components/listTable.module.css";

interface Props {
  label: string;
  rows?: number;
  height?: number;
}

/** Where a list will be, until it is there. */
export function ListSkeleton({ label, rows = 6, height = 40 }: Props) {
  return (
    <div className={styles.skeletons} role="status" aria-label={`Loading ${label}`}>
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} h={height} />
      ))}
    </div>
  );
}
