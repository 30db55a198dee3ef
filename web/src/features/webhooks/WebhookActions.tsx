import { Button, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconKey, IconPencil, IconSend } from "@tabler/icons-react";

import { keys } from "@/api/queries";
import { DeleteDialog } from "@/components/DeleteDialog";
import { DeleteItem } from "@/components/DeleteItem";
import { notifyError } from "@/components/notifyError";
import { MoreMenu, PauseButton } from "@/components/RunControls";
import { EditWebhookDialog } from "@/features/webhooks/EditWebhookDialog";
import { RotateDialog } from "@/features/webhooks/RotateDialog";
import { TestResult } from "@/features/webhooks/TestResult";
import {
  deleteWebhook,
  pauseWebhook,
  resumeWebhook,
  testWebhook,
  type ReadWebhook,
} from "@/features/webhooks/webhookQueries";

function useWebhookActions({ id, paused }: ReadWebhook["webhook"]) {
  const queryClient = useQueryClient();
  const shared = {
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.webhooks }),
    onError: notifyError,
  };
  const test = useMutation({ ...shared, mutationFn: () => testWebhook(id) });
  const pause = useMutation({
    ...shared,
    mutationFn: () => (paused ? resumeWebhook(id) : pauseWebhook(id)),
  });
  return { test, pause };
}

/** Send a test, pause, change, a new secret, delete. */
export function WebhookActions({ read }: { read: ReadWebhook }) {
  const { webhook } = read;
  const { test, pause } = useWebhookActions(webhook);
  const [isEditing, editing] = useDisclosure(false);
  const [isRotating, rotating] = useDisclosure(false);
  const [isDeleting, deleting] = useDisclosure(false);
  return (
    <>
      <Button
        leftSection={<IconSend size={16} stroke={1.7} />}
        loading={test.isPending}
        onClick={() => test.mutate()}
      >
        Send test
      </Button>
      <PauseButton isPaused={webhook.paused} pause={pause} />
      <MoreMenu>
        <Menu.Item leftSection={<IconPencil size={15} stroke={1.7} />} onClick={editing.open}>
          Edit
        </Menu.Item>
        <Menu.Item leftSection={<IconKey size={15} stroke={1.7} />} onClick={rotating.open}>
          Make a new secret
        </Menu.Item>
        <DeleteItem onClick={deleting.open} />
      </MoreMenu>
      <TestResult delivery={test.data} onClose={() => test.reset()} />
      <EditWebhookDialog read={read} opened={isEditing} onClose={editing.close} />
      <RotateDialog webhook={webhook} opened={isRotating} onClose={rotating.close} />
      <DeleteDialog
        opened={isDeleting}
        onClose={deleting.close}
        noun="webhook"
        name={webhook.name}
        remove={() => deleteWebhook(webhook.id)}
        to="/webhooks"
        listKey={keys.webhooks}
        oneKey={keys.webhook(webhook.id)}
      >
        Its log goes with it, and what waits to be sent is not sent.
      </DeleteDialog>
    </>
  );
}
