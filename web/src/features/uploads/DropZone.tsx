import { UnstyledButton } from "@mantine/core";
import { Dropzone } from "@mantine/dropzone";
import { useMediaQuery } from "@mantine/hooks";
import { IconFileDownload } from "@tabler/icons-react";
import { useRef } from "react";

import styles from "@/features/uploads/uploads.module.css";

interface Props {
  onFiles: (files: File[]) => void;
  /** Large where there is nothing else yet; a field within a dialog. */
  size: "large" | "band" | "field";
  /** What was dropped is being looked at. */
  isBusy?: boolean;
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

/** Takes files that are dropped on it; a click or Enter opens the file picker. */
export function DropZone({ onFiles, size, isBusy = false }: Props) {
  const open = useRef<() => void>(null);
  const isTouch = useMediaQuery("(hover: none) and (pointer: coarse)");
  const { title, hint } = isTouch && size !== "field" ? TOUCH_WORDS : WORDS[size];
  return (
    <Dropzone
      onDrop={onFiles}
      openRef={open}
      activateOnClick={false}
      activateOnKeyboard={false}
      disabled={isBusy}
      tabIndex={-1}
      unstyled
      className={styles.drop}
      data-size={size}
      inputProps={{ "aria-label": "Files to import" }}
    >
      <UnstyledButton className={styles.dropBody} onClick={() => open.current?.()}>
        <span className={styles.dropIcon} aria-hidden>
          <IconFileDownload size={size === "large" ? 26 : 20} stroke={1.5} />
        </span>
        <span>
          <span className={styles.dropTitle} role="status">
            {isBusy ? "Looking at the first rows…" : title}
          </span>
          <span className={styles.dropHint}>{hint}</span>
        </span>
      </UnstyledButton>
    </Dropzone>
  );
}
