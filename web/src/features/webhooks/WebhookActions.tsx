import { ActionIcon, Button, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import {
  IconDots,
  IconKey,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconSend,
  IconTrash,
} from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";

import { keys } from "@/api/queries";
import type { Webhook } from "@/api/types";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { notifyError } from "@/components/notifyError";
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

interface DialogProps {
  webhook: Webhook;
  opened: boolean;
  onClose: () => void;
}

function DeleteDialog({ webhook, ...dialog }: DialogProps) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const removal = useMutation({
    mutationFn: () => deleteWebhook(webhook.id),
    onSuccess: async () => {
      await navigate({ to: "/webhooks" });
      queryClient.removeQueries({ queryKey: keys.webhook(webhook.id) });
      await queryClient.invalidateQueries({ queryKey: keys.webhooks });
    },
    onError: notifyError,
  });
  return (
    <ConfirmDialog
      {...dialog}
      title={`Delete ${webhook.name}?`}
      action="Delete"
      isDangerous
      isPending={removal.isPending}
      onConfirm={() => removal.mutate()}
    >
      Its log goes with it, and what waits to be sent is not sent.
    </ConfirmDialog>
  );
}

function PauseItem({ webhook: { id, paused } }: Pick<DialogProps, "webhook">) {
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: () => (paused ? resumeWebhook(id) : pauseWebhook(id)),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.webhooks }),
    onError: notifyError,
  });
  const Icon = paused ? IconPlayerPlay : IconPlayerPause;
  return (
    <Button
      variant="default"
      leftSection={<Icon size={15} stroke={1.7} />}
      loading={change.isPending}
      onClick={() => change.mutate()}
    >
      {paused ? "Resume" : "Pause"}
    </Button>
  );
}

/** Send a test, pause, change, a new secret, delete. */
export function WebhookActions({ read }: { read: ReadWebhook }) {
  const { webhook } = read;
  const [isEditing, editing] = useDisclosure(false);
  const [isRotating, rotating] = useDisclosure(false);
  const [isDeleting, deleting] = useDisclosure(false);
  const queryClient = useQueryClient();
  const test = useMutation({
    mutationFn: () => testWebhook(webhook.id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.webhooks }),
    onError: notifyError,
  });
  return (
    <>
      <Button
        leftSection={<IconSend size={16} stroke={1.7} />}
        loading={test.isPending}
        onClick={() => test.mutate()}
      >
        Send test
      </Button>
      <PauseItem webhook={webhook} />
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon size={36} variant="default" aria-label="More actions">
            <IconDots size={17} stroke={1.7} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={15} stroke={1.7} />} onClick={editing.open}>
            Edit
          </Menu.Item>
          <Menu.Item leftSection={<IconKey size={15} stroke={1.7} />} onClick={rotating.open}>
            Make a new secret
          </Menu.Item>
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={15} stroke={1.7} />}
            onClick={deleting.open}
          >
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <TestResult delivery={test.data} onClose={() => test.reset()} />
      <EditWebhookDialog read={read} opened={isEditing} onClose={editing.close} />
      <RotateDialog webhook={webhook} opened={isRotating} onClose={rotating.close} />
      <DeleteDialog webhook={webhook} opened={isDeleting} onClose={deleting.close} />
    </>
  );
}
