import { Alert, Button } from "@mantine/core";
import { IconEye } from "@tabler/icons-react";

import { toMessage } from "@/api/problem";
import type { FeedPreview } from "@/features/feeds/feedQueries";
import styles from "@/features/feeds/feeds.module.css";
import { PreviewTable } from "@/features/feeds/PreviewTable";

interface Props {
  trial: { data: FeedPreview | undefined; error: Error | null; isPending: boolean };
  onPreview: () => void;
}

/** What a run would take if the feed were saved as it is typed. */
export function FormPreview({ trial, onPreview }: Props) {
  const { data, error, isPending } = trial;
  return (
    <div className={styles.test}>
      <Button
        variant="default"
        leftSection={<IconEye size={16} stroke={1.7} />}
        loading={isPending}
        onClick={onPreview}
      >
        Preview
      </Button>
      {error && !isPending && (
        <Alert color="red" variant="light" role="alert" title="There is no preview">
          <p className={styles.line}>{toMessage(error)}</p>
        </Alert>
      )}
      {data && !error && <PreviewTable preview={data} />}
    </div>
  );
}
