import { useDebouncedValue, useNetwork } from "@mantine/hooks";
import { IconPlugConnectedX } from "@tabler/icons-react";

import styles from "@/app/AppFrame.module.css";
import { useStreamState } from "@/app/useLiveEvents";

/** Says when what is on screen may be out of date. */
export function OfflineBanner() {
  const { online } = useNetwork();
  // A short break is nobody's business.
  const [isLost] = useDebouncedValue(useStreamState() === "lost", 3000);
  const text = online
    ? "Live updates are interrupted. Trying again; the page refreshes every few seconds meanwhile."
    : "You are offline. What you see may be out of date.";
  return (
    <div role="status">
      {(!online || isLost) && (
        <div className={styles.banner}>
          <IconPlugConnectedX size={16} stroke={1.7} aria-hidden />
          {text}
        </div>
      )}
    </div>
  );
}
