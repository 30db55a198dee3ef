import { LookBadge, type Look } from "@/components/LookBadge";

/** How something is that runs by itself: a feed, a sync, a webhook. */
export type HealthState =
  "ok" | "failing" | "paused" | "running" | "waiting" | "delayed" | "disabled";

const LOOKS: Record<HealthState, Look> = {
  ok: { word: "OK", tone: "good" },
  running: { word: "Running", tone: "busy" },
  waiting: { word: "Not run yet", tone: "none" },
  delayed: { word: "Delayed", tone: "busy" },
  failing: { word: "Failing", tone: "bad" },
  paused: { word: "Paused", tone: "none" },
  disabled: { word: "Disabled", tone: "bad" },
};

export function StateBadge({ state }: { state: HealthState }) {
  return <LookBadge {...LOOKS[state]} />;
}
