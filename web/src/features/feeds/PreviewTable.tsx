import { DataFrame } from "@/components/DataFrame";
import { LookBadge } from "@/components/LookBadge";
import type { FeedPreview, PreviewFile } from "@/features/feeds/feedQueries";
import styles from "@/features/feeds/feeds.module.css";
import { OUTCOMES, targetWords } from "@/features/feeds/words";
import { countOf, formatBytes, formatDateTime, formatInteger } from "@/lib/format";

const ORDER = Object.keys(OUTCOMES) as PreviewFile["outcome"][];

function Counts({ preview }: { preview: FeedPreview }) {
  return (
    <p className={styles.counts} role="status">
      {countOf(preview.looked_at, "file")} looked at
      {preview.truncated && ", not all are shown"}
      {ORDER.filter((outcome) => preview.counts[outcome]).map((outcome) => (
        <LookBadge
          key={outcome}
          tone={OUTCOMES[outcome].tone}
          word={`${OUTCOMES[outcome].word} ${formatInteger(preview.counts[outcome] ?? 0)}`}
        />
      ))}
    </p>
  );
}

function PreviewRow({ file }: { file: PreviewFile }) {
  return (
    <tr>
      <td>
        <span className={styles.path}>{file.path}</span>
        <small className="muted">{file.reason}</small>
      </td>
      <td>
        <LookBadge {...OUTCOMES[file.outcome]} />
      </td>
      <td>
        {file.outcome !== "ignored" && file.rule != null && (
          <>
            {targetWords(file)}
            <small className="muted"> by rule {file.rule + 1}</small>
          </>
        )}
      </td>
      <td data-right>{file.size_bytes !== null && formatBytes(file.size_bytes)}</td>
      <td className={styles.moment}>
        {file.modified_at !== null && formatDateTime(file.modified_at)}
      </td>
    </tr>
  );
}

/** What a run would take and by which rule, and what it would leave alone and why. */
export function PreviewTable({ preview }: { preview: FeedPreview }) {
  if (preview.looked_at === 0) {
    return <p className="muted">There are no files at this place.</p>;
  }
  return (
    <div className={styles.previewed}>
      <Counts preview={preview} />
      <DataFrame label="What a run would take" isBordered>
        <table className={styles.preview}>
          <thead>
            <tr>
              <th scope="col">File</th>
              <th scope="col">Outcome</th>
              <th scope="col">Goes to</th>
              <th scope="col" data-right>
                Size
              </th>
              <th scope="col">Changed there</th>
            </tr>
          </thead>
          <tbody>
            {preview.files.map((file) => (
              <PreviewRow key={file.path} file={file} />
            ))}
          </tbody>
        </table>
      </DataFrame>
    </div>
  );
}
