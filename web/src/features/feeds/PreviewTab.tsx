import { Button } from "@mantine/core";
import { IconEye } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { ListSkeleton } from "@/components/ListSkeleton";
import { LoadError } from "@/components/LoadError";
import { ShowCurl } from "@/components/ShowCurl";
import { StateMessage } from "@/components/StateMessage";
import { TimeAgo } from "@/components/TimeAgo";
import { useCanEdit } from "@/components/useCanEdit";
import { feedPath, savedPreviewQuery } from "@/features/feeds/feedQueries";
import styles from "@/features/feeds/feeds.module.css";
import { PreviewTable } from "@/features/feeds/PreviewTable";

const route = getRouteApi("/app/feeds/$id/preview");

/** A dry run: what the next run would do with the files that are there now. */
export function PreviewTab() {
  const { id } = route.useParams();
  const canEdit = useCanEdit();
  const { data, error, isFetching, refetch, dataUpdatedAt } = useQuery(savedPreviewQuery(id));
  const look = () => void refetch();
  if (!canEdit) {
    return (
      <StateMessage icon={<IconEye size={22} stroke={1.6} />} title="For editors">
        <p>Only those who may change the workspace may ask the source.</p>
      </StateMessage>
    );
  }
  return (
    <>
      {!data && !error && !isFetching && (
        <StateMessage
          icon={<IconEye size={22} stroke={1.6} />}
          title="What would a run take?"
          actions={<Button onClick={look}>Preview a run</Button>}
        >
          <p>It looks at the source and applies the rules. Nothing is fetched.</p>
        </StateMessage>
      )}
      {isFetching && !data && <ListSkeleton label="preview" />}
      {error && !isFetching && (
        <LoadError error={error} title="The source could not be looked at" onRetry={look} />
      )}
      {data && !error && (
        <>
          <PreviewTable preview={data} />
          <div className={styles.again}>
            <Button size="xs" variant="default" loading={isFetching} onClick={look}>
              Look again
            </Button>
            <span className="muted">
              Seen <TimeAgo at={new Date(dataUpdatedAt).toISOString()} />
            </span>
          </div>
        </>
      )}
      <ShowCurl label="the preview" method="POST" path={`${feedPath(id)}/preview`} />
    </>
  );
}
