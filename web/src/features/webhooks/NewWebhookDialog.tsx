import { Group, Modal, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { keys } from "@/api/queries";
import type { CreatedWebhook, WebhookInput } from "@/api/types";
import { LinkButton } from "@/components/links";
import { SecretShown } from "@/features/webhooks/SecretShown";
import { WebhookForm } from "@/features/webhooks/WebhookForm";
import { createWebhook } from "@/features/webhooks/webhookQueries";

interface Props {
  opened: boolean;
  onClose: () => void;
}

const EMPTY: WebhookInput = {
  name: "",
  url: "",
  events: ["import.failed", "import.rejects", "sync.failing"],
  rejects_above: 0,
};

function Made({ made }: { made: CreatedWebhook }) {
  return (
    <Stack gap="md">
      <SecretShown secret={made.secret} />
      <Group justify="flex-end">
        <LinkButton to="/webhooks/$id" params={{ id: made.id }}>
          Open the webhook
        </LinkButton>
      </Group>
    </Stack>
  );
}

function Content({ onClose }: Pick<Props, "onClose">) {
  const queryClient = useQueryClient();
  const making = useMutation({
    mutationFn: createWebhook,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.webhooks }),
  });
  if (making.data) return <Made made={making.data} />;
  return (
    <WebhookForm
      initial={EMPTY}
      error={making.error}
      isPending={making.isPending}
      action="Make webhook"
      onSave={(webhook) => making.mutate(webhook)}
      onCancel={onClose}
    />
  );
}

export function NewWebhookDialog({ opened, onClose }: Props) {
  return (
    // A click beside the dialog must not lose a secret that nobody has copied.
    <Modal
      opened={opened}
      onClose={onClose}
      title="New webhook"
      size="xl"
      closeOnClickOutside={false}
    >
      <Content onClose={onClose} />
    </Modal>
  );
}
