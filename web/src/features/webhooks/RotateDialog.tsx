import { Alert, Button, Group, Modal, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { toMessage } from "@/api/problem";
import { keys } from "@/api/queries";
import type { Webhook } from "@/api/types";
import { SecretShown } from "@/features/webhooks/SecretShown";
import { rotateSecret } from "@/features/webhooks/webhookQueries";

interface Props {
  webhook: Webhook;
  opened: boolean;
  onClose: () => void;
}

function Content({ webhook, onClose }: Omit<Props, "opened">) {
  const queryClient = useQueryClient();
  const rotation = useMutation({
    mutationFn: () => rotateSecret(webhook.id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.webhooks }),
  });
  if (rotation.data) {
    return (
      <Stack gap="md">
        <SecretShown secret={rotation.data.secret} />
        <Group justify="flex-end">
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    );
  }
  return (
    <Stack gap="md">
      <div>
        The receiver needs the new one. For a day messages carry the signatures of both, so that
        none is refused meanwhile.
      </div>
      {rotation.error && (
        <Alert color="red" variant="light" role="alert">
          {toMessage(rotation.error)}
        </Alert>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button loading={rotation.isPending} onClick={() => rotation.mutate()}>
          Make a new secret
        </Button>
      </Group>
    </Stack>
  );
}

export function RotateDialog({ webhook, opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="New secret" closeOnClickOutside={false}>
      <Content webhook={webhook} onClose={onClose} />
    </Modal>
  );
}
