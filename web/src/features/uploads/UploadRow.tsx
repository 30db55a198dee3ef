import { ActionIcon, Button } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCopyCheck,
  IconFileUpload,
  IconPlayerStop,
  IconX,
} from "@tabler/icons-react";
import { useEffect } from "react";

import { LinkButton } from "@/components/links";
import { ProgressBar } from "@/components/ProgressBar";
import styles from "@/features/uploads/uploads.module.css";
import { useUploadView, type UploadTone } from "@/features/uploads/useUploadView";
import { uploads, type Upload } from "@/features/uploads/uploadStore";

const ICONS: Record<UploadTone, typeof IconX> = {
  busy: IconFileUpload,
  good: IconCircleCheck,
  known: IconCopyCheck,
  stopped: IconPlayerStop,
  bad: IconAlertTriangle,
};

function UploadActions({ upload, tone }: { upload: Upload; tone: UploadTone }) {
  const slug = upload.answer?.dataset.slug;
  return (
    <div className={styles.actions}>
      {upload.phase === "duplicate" && (
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            uploads.again(upload.id, true);
          }}
        >
          Import anyway
        </Button>
      )}
      {upload.phase === "failed" && upload.file.size > 0 && (
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            uploads.again(upload.id);
          }}
        >
          Try again
        </Button>
      )}
      {(tone === "bad" || tone === "stopped") && upload.answer && (
        <LinkButton
          size="xs"
          variant="default"
          to="/imports/$id"
          params={{ id: upload.answer.import_id }}
        >
          Details
        </LinkButton>
      )}
      {slug !== undefined && (tone === "good" || tone === "known") && (
        <LinkButton
          size="xs"
          variant={tone === "good" ? "filled" : "default"}
          to="/datasets/$slug"
          params={{ slug }}
          onClick={() => {
            uploads.dismiss(upload.id);
          }}
        >
          Open
        </LinkButton>
      )}
    </div>
  );
}

const VANISH_MS = 10_000;

/** Notes the end of an upload; where space is short, one that went well then goes by itself. */
function useEnd({ id, isOver }: Upload, tone: UploadTone, vanishes: boolean) {
  useEffect(() => {
    if (tone !== "busy" && !isOver) uploads.markOver(id);
  }, [id, isOver, tone]);
  const isGoing = vanishes && tone === "good";
  useEffect(() => {
    if (!isGoing) return undefined;
    const timer = setTimeout(() => {
      uploads.dismiss(id);
    }, VANISH_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [id, isGoing]);
}

interface Props {
  upload: Upload;
  vanishes: boolean;
}

/** One file on its way: sent, then imported, then ready, or the reason why not. */
export function UploadRow({ upload, vanishes }: Props) {
  const view = useUploadView(upload);
  useEnd(upload, view.tone, vanishes);
  const Icon = ICONS[view.tone];
  const isUnderway = view.tone === "busy";
  return (
    <li className={styles.row} data-tone={view.tone} aria-label={upload.file.name}>
      <Icon size={19} stroke={1.6} className={styles.icon} aria-hidden />
      <div className={styles.text}>
        <div className={styles.name}>
          <span className="truncate">{upload.file.name}</span>
          {upload.target.dataset && <span className="muted">→ {upload.target.dataset.name}</span>}
        </div>
        {isUnderway && (
          <ProgressBar label={`Upload of ${upload.file.name}`} percent={view.percent} />
        )}
        <p className={styles.words}>{view.words}</p>
      </div>
      <UploadActions upload={upload} tone={view.tone} />
      <ActionIcon
        aria-label={isUnderway && !upload.answer ? "Cancel upload" : "Dismiss"}
        onClick={() => {
          uploads.dismiss(upload.id);
        }}
      >
        <IconX size={16} stroke={1.7} />
      </ActionIcon>
    </li>
  );
}
