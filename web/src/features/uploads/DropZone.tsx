import { Dropzone } from "@mantine/dropzone";
import { useMediaQuery } from "@mantine/hooks";
import { IconFileDownload } from "@tabler/icons-react";

import styles from "@/features/uploads/uploads.module.css";

interface Props {
  onFiles: (files: File[]) => void;
  /** Large where there is nothing else yet. */
  size: "large" | "band" | "field";
}

/** Nothing can be dragged with a finger. */
const TOUCH_WORDS = { title: "Choose files to import", hint: "Each becomes a table of its own." };

const WORDS = {
  large: {
    title: "Drop a CSV file to make a table of it",
    hint: "or click to choose one. Several at once are fine, of any size.",
  },
  field: { title: "Drop files here", hint: "or click to choose them." },
  band: { title: "Drop files anywhere on this page", hint: "or click to choose them." },
} as const;

export function DropZone({ onFiles, size }: Props) {
  const isTouch = useMediaQuery("(hover: none) and (pointer: coarse)");
  const { title, hint } = isTouch && size !== "field" ? TOUCH_WORDS : WORDS[size];
  return (
    <Dropzone
      onDrop={onFiles}
      unstyled
      className={styles.drop}
      data-size={size}
      aria-label="Choose files to import"
      role="button"
    >
      <div className={styles.dropBody}>
        <span className={styles.dropIcon} aria-hidden>
          <IconFileDownload size={size === "large" ? 26 : 20} stroke={1.5} />
        </span>
        <div>
          <p className={styles.dropTitle}>{title}</p>
          <p className={styles.dropHint}>{hint}</p>
        </div>
      </div>
    </Dropzone>
  );
}
