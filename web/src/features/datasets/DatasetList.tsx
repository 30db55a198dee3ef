import { IconSearchOff } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";

import { datasetsQuery } from "@/api/queries";
import { ListSkeleton } from "@/components/ListSkeleton";
import { LoadError } from "@/components/LoadError";
import { LoadMore } from "@/components/LoadMore";
import { StateMessage } from "@/components/StateMessage";
import { DatasetRow } from "@/features/datasets/DatasetRow";
import styles from "@/features/datasets/datasets.module.css";
import { DemoFooter } from "@/features/datasets/DemoNotice";
import { FirstSteps } from "@/features/datasets/FirstSteps";

interface Props {
  search: string;
  /** Whether the workspace has any dataset at all; null while that is not known. */
  hasAny: boolean | null;
}

const HEADINGS = ["Name", "Rows", "Columns", "Size", "Status", "Updated"] as const;

export function DatasetList({ search, hasAny }: Props) {
  const { data, error, refetch, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useInfiniteQuery(datasetsQuery(search));
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (isPending || hasAny === null) return <ListSkeleton label="datasets" rows={4} height={54} />;
  if (!hasAny) return <FirstSteps />;
  const datasets = data.pages.flatMap(({ items }) => items);
  if (datasets.length === 0) {
    return (
      <StateMessage icon={<IconSearchOff size={22} stroke={1.6} />} title="No dataset matches">
        <p>Nothing has “{search}” in its name.</p>
      </StateMessage>
    );
  }
  return (
    <div className={styles.listCard}>
      <table className={styles.table} aria-label="Datasets">
        <thead>
          <tr>
            {HEADINGS.map((heading) => (
              <th key={heading} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {datasets.map((dataset) => (
            <DatasetRow key={dataset.id} dataset={dataset} />
          ))}
        </tbody>
      </table>
      <LoadMore
        hasMore={hasNextPage}
        isLoading={isFetchingNextPage}
        onMore={() => void fetchNextPage()}
      />
      <DemoFooter />
    </div>
  );
}
