import { Alert } from "@mantine/core";

import type { Webhook } from "@/api/types";
import { HealthNotice } from "@/components/HealthNotice";

const DISABLED = {
  gone: "The receiver answered that it is gone (410), so nothing is sent to it any more.",
  failing: "Every delivery failed for days, so nothing is sent any more.",
} as const;

/** Why a webhook does not arrive, and what to do. */
export function WebhookHealth({ webhook }: { webhook: Webhook }) {
  const { paused, pause_reason: reason, failing_since } = webhook;
  if (paused && (reason === "gone" || reason === "failing")) {
    return (
      <HealthNotice
        title="This webhook is disabled"
        message={`${DISABLED[reason]} Mend the receiver, send a test, then resume.`}
        since={failing_since}
      />
    );
  }
  if (paused) {
    return (
      <Alert variant="light" color="gray" title="Paused">
        What happens meanwhile is not sent, also not later.
      </Alert>
    );
  }
  if (failing_since === null) return null;
  return (
    <HealthNotice
      title="Messages do not arrive"
      message="The receiver does not take them. Each is tried again, ever more slowly; the log has its answers."
      since={failing_since}
    />
  );
}
