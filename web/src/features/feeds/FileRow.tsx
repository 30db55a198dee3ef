import { Button, UnstyledButton } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconChevronRight } from "@tabler/icons-react";
import { useId } from "react";

import { keys } from "@/api/queries";
import { ForEditors } from "@/components/ForEditors";
import { LinkAnchor } from "@/components/links";
import { LookBadge } from "@/components/LookBadge";
import { notifyError } from "@/components/notifyError";
import { TimeAgo } from "@/components/TimeAgo";
import { retryFile, type FeedFile, type FeedFileState } from "@/features/feeds/feedQueries";
import styles from "@/features/feeds/feeds.module.css";
import { FileDetail } from "@/features/feeds/FileDetail";
import { FILE_STATES } from "@/features/feeds/words";
import { formatBytes, formatDateTime, formatInteger } from "@/lib/format";

interface Props {
  feedId: string;
  file: FeedFile;
}

interface RowProps extends Props {
  isOpen: boolean;
  onToggle: (isOpen: boolean) => void;
}

interface DetailId {
  /** The id of the row with the details. */
  detail: string;
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

function FileName({ file, isOpen, detail, onToggle }: Omit<RowProps, "feedId"> & DetailId) {
  const error = file.error ?? file.finish_error;
  return (
    <>
      <UnstyledButton
        className={styles.fileHead}
        aria-expanded={isOpen}
        aria-controls={isOpen ? detail : undefined}
        onClick={() => onToggle(!isOpen)}
      >
        <IconChevronRight size={15} stroke={1.8} aria-hidden data-open={isOpen} />
        <span className={styles.path}>{file.path}</span>
      </UnstyledButton>
      {error && <span className={styles.error}>{error.message}</span>}
    </>
  );
}

function State({ feedId, file }: Props) {
  const { word, tone, meaning } = FILE_STATES[file.state];
  return (
    <span className={styles.fileState}>
      <LookBadge word={word} tone={tone} title={meaning} />
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

/** One version of a remote file; it opens to all that is known of it. */
export function FileRow(props: RowProps) {
  const { feedId, file, isOpen } = props;
  const detail = useId();
  return (
    <>
      <tr data-file-state={file.state}>
        <th scope="row">
          <FileName {...props} detail={detail} />
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
      {isOpen && <FileDetail file={file} id={detail} />}
    </>
  );
}
