import { Button, Skeleton, UnstyledButton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { IconChevronRight, IconSend } from "@tabler/icons-react";
import { useId } from "react";

import { keys } from "@/api/queries";
import type { Delivery, Webhook } from "@/api/types";
import { LoadError } from "@/components/LoadError";
import { notifyError } from "@/components/notifyError";
import status from "@/components/status.module.css";
import { TimeAgo } from "@/components/TimeAgo";
import { useCanEdit } from "@/components/useCanEdit";
import { DeliveryFacts } from "@/features/webhooks/DeliveryFacts";
import { deliveryQuery, redeliver } from "@/features/webhooks/webhookQueries";
import styles from "@/features/webhooks/webhooks.module.css";
import { answerWords, deliveryLook } from "@/features/webhooks/words";
import { countOf } from "@/lib/format";

interface Props {
  webhook: Webhook;
  delivery: Delivery;
  isOpen: boolean;
  onToggle: (isOpen: boolean) => void;
}

function Redeliver({ webhook, delivery }: Pick<Props, "webhook" | "delivery">) {
  const queryClient = useQueryClient();
  const again = useMutation({
    mutationFn: () => redeliver(webhook.id, delivery.id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.webhooks }),
    onError: notifyError,
  });
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconSend size={14} stroke={1.7} />}
      style={{ justifySelf: "start" }}
      disabled={webhook.paused || delivery.status === "pending"}
      loading={again.isPending}
      onClick={() => again.mutate()}
    >
      Send again
    </Button>
  );
}

function Detail({ webhook, delivery }: Pick<Props, "webhook" | "delivery">) {
  const canEdit = useCanEdit();
  const { data, error, refetch } = useQuery(deliveryQuery(webhook.id, delivery.id));
  if (error && !data) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton h={160} role="status" aria-label="Loading the delivery" />;
  return (
    <>
      <DeliveryFacts delivery={data} />
      {canEdit && <Redeliver webhook={webhook} delivery={delivery} />}
    </>
  );
}

/** A delivery as a line of the log, which opens to what was sent and answered. */
export function DeliveryItem({ webhook, delivery, isOpen, onToggle }: Props) {
  const { word, tone } = deliveryLook(delivery);
  const panel = useId();
  return (
    <li>
      <UnstyledButton
        className={styles.itemHead}
        aria-expanded={isOpen}
        aria-controls={panel}
        onClick={() => onToggle(!isOpen)}
      >
        <IconChevronRight
          size={15}
          stroke={1.8}
          aria-hidden
          className={styles.chevron}
          data-open={isOpen}
        />
        <span className={status.badge} data-tone={tone}>
          {word}
        </span>
        <span className={styles.itemWords}>
          <span className="mono">{delivery.event}</span>
          <span className={styles.itemAnswer}>{answerWords(delivery)}</span>
        </span>
        <span className={styles.itemAside}>
          {delivery.attempts > 1 && `${countOf(delivery.attempts, "attempt")} · `}
          <TimeAgo at={delivery.created_at} />
        </span>
      </UnstyledButton>
      <div id={panel} hidden={!isOpen} className={styles.itemBody}>
        {isOpen && <Detail webhook={webhook} delivery={delivery} />}
      </div>
    </li>
  );
}
