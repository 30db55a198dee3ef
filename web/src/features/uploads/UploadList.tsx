import { useWindowEvent } from "@mantine/hooks";

import { UploadRow } from "@/features/uploads/UploadRow";
import styles from "@/features/uploads/uploads.module.css";
import { isSending, useUploads } from "@/features/uploads/uploadStore";

/** Asks before a closing tab breaks off an upload. */
function useLeaveWarning(isActive: boolean) {
  useWindowEvent("beforeunload", (event) => {
    if (isActive) event.preventDefault();
  });
}

/** The files sent from this tab, newest first. Nothing when there are none. */
export function UploadList() {
  const list = useUploads();
  useLeaveWarning(list.some(isSending));
  if (list.length === 0) return null;
  return (
    <section className={styles.panel} aria-label="Uploads">
      <ul className={styles.list} aria-live="polite" aria-relevant="additions">
        {list.map((upload) => (
          <UploadRow key={upload.id} upload={upload} />
        ))}
      </ul>
    </section>
  );
}
