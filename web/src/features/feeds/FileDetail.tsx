import { Anchor } from "@mantine/core";

import { Facts, type Fact } from "@/components/Facts";
import type { FeedFile } from "@/features/feeds/feedQueries";
import styles from "@/features/feeds/feeds.module.css";
import { FILE_STATES } from "@/features/feeds/words";
import { countOf, formatBytes, formatDateTime } from "@/lib/format";

const COLUMNS = 7;

const FINISHES: Record<NonNullable<FeedFile["finish"]>, string> = {
  due: "still to be done",
  done: "done",
  left: "left alone, for it has changed there",
};

/** "200 loaded, 1 rejected": the account of its import. */
function receiptWords({ receipt }: FeedFile): string | null {
  if (!receipt) return null;
  const others = Object.entries(receipt).filter(
    ([name, count]) => ["rejected", "deduplicated", "skipped"].includes(name) && count > 0,
  );
  const loaded = `${countOf(receipt.loaded ?? 0, "row")} loaded`;
  return [loaded, ...others.map(([name, count]) => `${count} ${name}`)].join(", ");
}

function Original({ file: { file_id: id, path } }: { file: FeedFile }) {
  if (id === null) return "not fetched yet";
  return (
    <Anchor href={`/api/files/${id}/download`} inherit aria-label={`Download ${path}`}>
      Download
    </Anchor>
  );
}

function factsOf(file: FeedFile): Fact[] {
  const { rule, sha256, size_bytes: size, modified_at: modified, finish } = file;
  return [
    ["What that means", FILE_STATES[file.state].meaning],
    ["Rule", rule !== null && <code key="rule">{rule}</code>],
    ["Import", receiptWords(file)],
    ["Original", <Original key="original" file={file} />],
    ["Size", size !== null && formatBytes(size)],
    ["Changed there", modified !== null && formatDateTime(modified)],
    ["Seen", formatDateTime(file.seen_at)],
    ["Last change here", formatDateTime(file.updated_at)],
    ["Afterwards, on the server", finish !== null && FINISHES[finish]],
    ["SHA-256", sha256 !== null && <code key="hash">{sha256}</code>],
  ];
}

/** All that is known of a remote file, below its row. */
export function FileDetail({ file, id }: { file: FeedFile; id: string }) {
  return (
    <tr id={id} className={styles.fileDetail}>
      <td colSpan={COLUMNS}>
        <Facts facts={factsOf(file)} isGrid />
      </td>
    </tr>
  );
}
