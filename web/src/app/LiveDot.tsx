import styles from "@/app/Sidebar.module.css";
import { useStreamState } from "@/app/useLiveEvents";

const WORDS = { open: "Live", connecting: "Connecting", lost: "Reconnecting" } as const;

/** Whether the page follows what happens on the server. */
export function LiveDot() {
  const state = useStreamState();
  return (
    <span className={styles.live} data-testid="live-state">
      <span className={styles.dot} data-state={state} aria-hidden />
      {WORDS[state]}
    </span>
  );
}
