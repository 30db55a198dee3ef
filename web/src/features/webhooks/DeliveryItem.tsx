import { Button, Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { IconSend } from "@tabler/icons-react";

import { keys } from "@/api/queries";
import type { Delivery, Webhook } from "@/api/types";
import { LoadError } from "@/components/LoadError";
import { LogItem } from "@/components/LogItem";
import { notifyError } from "@/components/notifyError";
import { TimeAgo } from "@/components/TimeAgo";
import { useCanEdit } from "@/components/useCanEdit";
import { DeliveryFacts } from "@/features/webhooks/DeliveryFacts";
import { deliveryQuery, redeliver } from "@/features/webhooks/webhookQueries";
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
      <DeliveryFacts delivery={data} isPaused={webhook.paused} />
      {canEdit && <Redeliver webhook={webhook} delivery={delivery} />}
    </>
  );
}

/** A delivery as a line of the log, which opens to what was sent and answered. */
export function DeliveryItem({ webhook, delivery, isOpen, onToggle }: Props) {
  return (
    <LogItem
      look={deliveryLook(delivery)}
      title={<span className="mono">{delivery.event}</span>}
      note={answerWords(delivery)}
      aside={
        <>
          {delivery.attempts > 1 && `${countOf(delivery.attempts, "attempt")} · `}
          <TimeAgo at={delivery.created_at} />
        </>
      }
      isOpen={isOpen}
      onToggle={onToggle}
    >
      {isOpen && <Detail webhook={webhook} delivery={delivery} />}
    </LogItem>
  );
}
