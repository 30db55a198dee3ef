import type { Delivery, Webhook } from "@/api/types";
import type { Look } from "@/components/LookBadge";
import type { HealthState } from "@/components/StateBadge";
import { countOf } from "@/lib/format";

const ALL = "*";
const SHOWN = 3;

export function stateOf({ paused, pause_reason, failing_since }: Webhook): HealthState {
  if (paused) return pause_reason === "user" ? "paused" : "disabled";
  return failing_since === null ? "ok" : "failing";
}

/** Which events a webhook tells of, in a line. */
export function eventsWords({ events }: Webhook): string {
  if (events.includes(ALL)) return "all events";
  const shown = events.slice(0, SHOWN).join(", ");
  const rest = events.length - SHOWN;
  return rest > 0 ? `${shown} and ${countOf(rest, "more", "more")}` : shown;
}

const LOOKS: Record<Delivery["status"], Look> = {
  pending: { word: "Pending", tone: "busy" },
  delivered: { word: "Delivered", tone: "good" },
  failed: { word: "Failed", tone: "bad" },
};

export const deliveryLook = ({ status }: Pick<Delivery, "status">) => LOOKS[status];

/** What a receiver said, in a few words. */
export function answerWords({ answer_status, error, attempts }: Delivery): string {
  if (error !== null) return error;
  if (answer_status !== null) return `answered ${answer_status}`;
  return attempts === 0 ? "not sent yet" : "no answer";
}
