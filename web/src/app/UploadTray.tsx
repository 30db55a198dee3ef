import { useRouterState } from "@tanstack/react-router";

import { UploadList } from "@/features/uploads/UploadList";
import styles from "@/features/uploads/uploads.module.css";
import { useUploads } from "@/features/uploads/uploadStore";

/** Keeps uploads in sight on every page but the datasets page, which shows them in place. */
export function UploadTray() {
  const isHome = useRouterState({ select: (state) => state.location.pathname === "/" });
  const hasUploads = useUploads().length > 0;
  if (isHome || !hasUploads) return null;
  return (
    <div className={styles.tray}>
      <UploadList isTray />
    </div>
  );
}
