import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { keys } from "@/api/queries";
import { ForEditors } from "@/components/ForEditors";
import { LinkAnchor } from "@/components/links";
import { notifyError } from "@/components/notifyError";
import status from "@/components/status.module.css";
import { TimeAgo } from "@/components/TimeAgo";
import { retryFile, type FeedFile, type FeedFileState } from "@/features/feeds/feedQueries";
import styles from "@/features/feeds/feeds.module.css";
import { FILE_STATES } from "@/features/feeds/words";
import { formatBytes, formatDateTime, formatInteger } from "@/lib/format";

interface Props {
  feedId: string;
  file: FeedFile;
}

const RETRIABLE: ReadonlySet<FeedFileState> = new Set(["failed", "skipped", "unrecognised"]);

function Retry({ feedId, file }: Props) {
  const queryClient = useQueryClient();
  const retrying = useMutation({
    mutationFn: () => retryFile(feedId, file.id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.feed(feedId) }),
    onError: notifyError,
  });
  return (
    <Button
      size="compact-xs"
      variant="default"
      aria-label={`Try ${file.path} again`}
      loading={retrying.isPending}
      onClick={() => {
        retrying.mutate();
      }}
    >
      Try again
    </Button>
  );
}

function FileName({ file }: { file: FeedFile }) {
  const error = file.error ?? file.finish_error;
  return (
    <>
      <span className={styles.path}>{file.path}</span>
      {error && <span className={styles.error}>{error.message}</span>}
    </>
  );
}

function State({ feedId, file }: Props) {
  const { word, tone, meaning } = FILE_STATES[file.state];
  return (
    <span className={styles.fileState}>
      <span className={status.badge} data-tone={tone} title={meaning}>
        {word}
      </span>
      {RETRIABLE.has(file.state) && (
        <ForEditors>
          <Retry feedId={feedId} file={file} />
        </ForEditors>
      )}
    </span>
  );
}

function Target({ file }: { file: FeedFile }) {
  return (
    <span className={styles.target}>
      {file.dataset_slug !== null && (
        <LinkAnchor to="/datasets/$slug" params={{ slug: file.dataset_slug }} inherit>
          {file.dataset_slug}
        </LinkAnchor>
      )}
      {file.import_id !== null && (
        <LinkAnchor
          to="/imports/$id"
          params={{ id: file.import_id }}
          size="xs"
          aria-label={`Import of ${file.path}`}
        >
          Import
        </LinkAnchor>
      )}
    </span>
  );
}

function Rows({ receipt }: Pick<FeedFile, "receipt">) {
  if (!receipt) return null;
  const rejected = receipt.rejected ?? 0;
  return (
    <>
      {formatInteger(receipt.loaded ?? 0)}
      {rejected > 0 && (
        <small className={styles.rejected}>{formatInteger(rejected)} rejected</small>
      )}
    </>
  );
}

/** One version of a remote file. */
export function FileRow({ feedId, file }: Props) {
  return (
    <tr data-file-state={file.state}>
      <th scope="row">
        <FileName file={file} />
      </th>
      <td>
        <State feedId={feedId} file={file} />
      </td>
      <td>
        <Target file={file} />
      </td>
      <td data-number data-extra>
        <Rows receipt={file.receipt} />
      </td>
      <td data-number data-extra>
        {file.size_bytes !== null && formatBytes(file.size_bytes)}
      </td>
      <td data-extra className={styles.moment}>
        {file.modified_at !== null && formatDateTime(file.modified_at)}
      </td>
      <td data-extra className={styles.moment}>
        <TimeAgo at={file.seen_at} />
      </td>
    </tr>
  );
}
