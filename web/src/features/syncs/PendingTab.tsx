import { Skeleton } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { IconCircleCheck } from "@tabler/icons-react";

import type { Sync } from "@/api/types";
import { LoadError } from "@/components/LoadError";
import { ShowCurl } from "@/components/ShowCurl";
import { StateMessage } from "@/components/StateMessage";
import { PreviewView } from "@/features/syncs/PreviewView";
import { previewQuery, syncPath } from "@/features/syncs/syncQueries";
import styles from "@/features/syncs/syncs.module.css";

/** What the next run would send. The destination is not contacted for it. */
export function PendingTab({ sync }: { sync: Sync }) {
  const { data, error, refetch } = useQuery({
    ...previewQuery(sync.slug, sync.dataset_version),
    placeholderData: keepPreviousData,
  });
  if (error && !data) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton h={120} role="status" aria-label="Loading what waits" />;
  const nothing = (
    <StateMessage icon={<IconCircleCheck size={22} stroke={1.6} />} title="Nothing waits">
      <p>All that the dataset has is delivered. The next run would send nothing.</p>
    </StateMessage>
  );
  return (
    <div className={styles.tabContent}>
      <PreviewView preview={data} changes={sync.changes} nothing={nothing} />
      <ShowCurl label="what waits" method="POST" path={`${syncPath(sync.slug)}/preview`} />
    </div>
  );
}
