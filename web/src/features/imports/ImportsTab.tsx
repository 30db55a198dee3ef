import { Skeleton } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconInboxOff } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";

import { datasetImportsQuery } from "@/api/queries";
import { LoadError } from "@/components/LoadError";
import { LoadMore } from "@/components/LoadMore";
import page from "@/components/page.module.css";
import { StateMessage } from "@/components/StateMessage";
import { ImportItem } from "@/features/imports/ImportItem";

const route = getRouteApi("/app/datasets/$slug/imports");

/** Every import into the dataset, newest first. */
export function ImportsTab() {
  const { slug } = route.useParams();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    datasetImportsQuery(slug),
  );
  if (error && !data) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton h={160} radius={12} role="status" aria-label="Loading imports" />;
  const runs = data.pages.flatMap(({ items }) => items);
  if (runs.length === 0) {
    return (
      <StateMessage icon={<IconInboxOff size={22} stroke={1.6} />} title="No imports yet">
        <p>Every file that goes into this dataset is listed here, with its receipt.</p>
      </StateMessage>
    );
  }
  return (
    <div>
      <ul className={page.lines} aria-label="Imports">
        {runs.map((run, index) => (
          <ImportItem
            key={run.id}
            run={run}
            isOpenAtFirst={index === 0 && run.status === "failed"}
          />
        ))}
      </ul>
      <LoadMore
        hasMore={hasNextPage}
        isLoading={isFetchingNextPage}
        onMore={() => void fetchNextPage()}
      />
    </div>
  );
}
