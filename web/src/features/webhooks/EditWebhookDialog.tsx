import { Modal } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { keys } from "@/api/queries";
import type { WebhookInput } from "@/api/types";
import { WebhookForm } from "@/features/webhooks/WebhookForm";
import { changeWebhook, type ReadWebhook } from "@/features/webhooks/webhookQueries";

interface Props {
  read: ReadWebhook;
  opened: boolean;
  onClose: () => void;
}

interface Change {
  webhook: WebhookInput;
  /** null saves whatever the webhook has become meanwhile. */
  etag: string | null;
}

function inputOf({ webhook }: ReadWebhook): WebhookInput {
  const { name, url, events, rejects_above } = webhook;
  return { name, url, events, rejects_above };
}

/** The form as it was when it was opened: what others change meanwhile is found by the ETag. */
function Content({ read, onClose }: Pick<Props, "read" | "onClose">) {
  const [began] = useState(read);
  const queryClient = useQueryClient();
  const finish = async () => {
    await queryClient.invalidateQueries({ queryKey: keys.webhooks });
    onClose();
  };
  const saving = useMutation({
    mutationFn: ({ webhook, etag }: Change) => changeWebhook(began.webhook.id, etag, webhook),
    onSuccess: finish,
  });
  return (
    <WebhookForm
      initial={inputOf(began)}
      error={saving.error}
      isPending={saving.isPending}
      action="Save"
      onSave={(webhook) => saving.mutate({ webhook, etag: began.etag })}
      onCancel={onClose}
      onTheirs={() => void finish()}
      onMine={(webhook) => saving.mutate({ webhook, etag: null })}
    />
  );
}

export function EditWebhookDialog({ read, opened, onClose }: Props) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Change webhook"
      size="xl"
      closeOnClickOutside={false}
    >
      <Content read={read} onClose={onClose} />
    </Modal>
  );
}
