import { UnstyledButton } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { useId, useState } from "react";

import type { Import } from "@/api/types";
import { ReceiptBar } from "@/components/ReceiptBar";
import { StatusBadge } from "@/components/StatusBadge";
import { TimeAgo } from "@/components/TimeAgo";
import { ImportDetails } from "@/features/imports/ImportDetails";
import { ImportProgressLine } from "@/features/imports/ImportProgressLine";
import styles from "@/features/imports/imports.module.css";
import { isEnded, useLiveImport } from "@/features/imports/liveProgress";
import { describeEnd, MODE_WORDS } from "@/features/imports/words";
import { formatBytes } from "@/lib/format";

/** What came of the import: its receipt, how far it is, or why it ended. */
function Outcome({ run, isOpen }: { run: Import; isOpen: boolean }) {
  if (!isEnded(run.status)) return <ImportProgressLine run={run} />;
  if (run.receipt && run.status === "succeeded") return <ReceiptBar receipt={run.receipt} />;
  // Opened, the reason stands in the details.
  return (
    <p className={styles.reason}>{isOpen && run.status === "failed" ? "" : describeEnd(run)}</p>
  );
}

interface Props {
  run: Import;
  isOpenAtFirst: boolean;
}

export function ImportItem({ run, isOpenAtFirst }: Props) {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  const detailsId = useId();
  const { status } = useLiveImport(run);
  return (
    <li>
      <div className={styles.summary}>
        <UnstyledButton
          className={styles.opener}
          aria-expanded={isOpen}
          aria-controls={detailsId}
          onClick={() => {
            setOpen(!isOpen);
          }}
        >
          <IconChevronRight size={16} stroke={1.8} className={styles.chevron} aria-hidden />
          <span className={styles.file}>
            <span className="truncate">{run.file.name}</span>
            <small>
              {MODE_WORDS[run.mode].word} · {formatBytes(run.file.size_bytes)} ·{" "}
              <TimeAgo at={run.created_at} />
            </small>
          </span>
        </UnstyledButton>
        <Outcome run={run} isOpen={isOpen} />
        <StatusBadge status={status} />
      </div>
      <div id={detailsId}>{isOpen && <ImportDetails run={run} />}</div>
    </li>
  );
}
