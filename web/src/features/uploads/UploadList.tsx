import { Button } from "@mantine/core";
import { useWindowEvent } from "@mantine/hooks";

import { UploadRow } from "@/features/uploads/UploadRow";
import styles from "@/features/uploads/uploads.module.css";
import { isSending, uploads, useUploads } from "@/features/uploads/uploadStore";

/** Asks before a closing tab breaks off an upload. */
function useLeaveWarning(isActive: boolean) {
  useWindowEvent("beforeunload", (event) => {
    if (isActive) event.preventDefault();
  });
}

interface Props {
  /** In a corner of another page: uploads that went well go by themselves after a while. */
  isTray?: boolean;
}

/** The files sent from this tab, newest first. Nothing when there are none. */
export function UploadList({ isTray = false }: Props) {
  const list = useUploads();
  useLeaveWarning(list.some(isSending));
  if (list.length === 0) return null;
  return (
    <section className={styles.panel} aria-label="Uploads">
      {list.filter(({ isOver }) => isOver).length > 1 && (
        <header className={styles.panelHead}>
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            onClick={() => {
              uploads.dismissOver();
            }}
          >
            Clear finished
          </Button>
        </header>
      )}
      <ul className={styles.list} aria-live="polite" aria-relevant="additions">
        {list.map((upload) => (
          <UploadRow key={upload.id} upload={upload} vanishes={isTray} />
        ))}
      </ul>
    </section>
  );
}
