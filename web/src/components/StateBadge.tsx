import styles from "@/components/status.module.css";

/** How something is that runs by itself: a feed, a sync, a webhook. */
export type HealthState = "ok" | "failing" | "paused" | "running" | "waiting" | "disabled";

const LOOKS: Record<HealthState, { word: string; tone: "good" | "busy" | "bad" | "none" }> = {
  ok: { word: "OK", tone: "good" },
  running: { word: "Running", tone: "busy" },
  waiting: { word: "Not run yet", tone: "none" },
  failing: { word: "Failing", tone: "bad" },
  paused: { word: "Paused", tone: "none" },
  disabled: { word: "Disabled", tone: "bad" },
};

export function StateBadge({ state }: { state: HealthState }) {
  const { word, tone } = LOOKS[state];
  return (
    <span className={styles.badge} data-tone={tone} data-state={state}>
      {word}
    </span>
  );
}
