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

function inputOf({ webhook }: ReadWebhook): WebhookInput {
  const { name, url, events, rejects_above } = webhook;
  return { name, url, events, rejects_above };
}

/** The form as it was when it was opened: what others change meanwhile is found by the ETag. */
function Content({ read, onClose }: Pick<Props, "read" | "onClose">) {
  const [began] = useState(read);
  const queryClient = useQueryClient();
  const saving = useMutation({
    mutationFn: (webhook: WebhookInput) => changeWebhook(began.webhook.id, began.etag, webhook),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: keys.webhooks });
      onClose();
    },
  });
  return (
    <WebhookForm
      initial={inputOf(began)}
      error={saving.error}
      isPending={saving.isPending}
      action="Save"
      onSave={(webhook) => saving.mutate(webhook)}
      onCancel={onClose}
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
