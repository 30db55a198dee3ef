import { Dropzone } from "@mantine/dropzone";
import { IconFileDownload } from "@tabler/icons-react";

import styles from "@/features/uploads/uploads.module.css";

interface Props {
  onFiles: (files: File[]) => void;
  title: string;
}

/** Makes the whole page take files that are dragged over it. */
export function PageDrop({ onFiles, title }: Props) {
  return (
    <Dropzone.FullScreen
      active
      onDrop={onFiles}
      activateOnClick={false}
      activateOnKeyboard={false}
      tabIndex={-1}
      inputProps={{ tabIndex: -1, "aria-label": "Files to import" }}
      // It says something only to those who drag a file with the mouse.
      aria-hidden
      classNames={{ root: styles.overlay }}
    >
      <div className={styles.overlayBody}>
        <span className={styles.dropIcon} aria-hidden>
          <IconFileDownload size={22} stroke={1.5} />
        </span>
        <p className={styles.dropTitle}>{title}</p>
        <p className={styles.dropHint}>Let go to send.</p>
      </div>
    </Dropzone.FullScreen>
  );
}
