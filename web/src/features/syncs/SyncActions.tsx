import { ActionIcon, Button, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import {
  IconDots,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconTrash,
} from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";

import { keys } from "@/api/queries";
import type { Sync } from "@/api/types";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { LinkButton } from "@/components/links";
import { notifyError } from "@/components/notifyError";
import { deleteSync } from "@/features/syncs/syncQueries";
import { useSyncActions } from "@/features/syncs/useSyncActions";

function DeleteDialog({ sync, ...dialog }: { sync: Sync; opened: boolean; onClose: () => void }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const removal = useMutation({
    mutationFn: () => deleteSync(sync.id),
    onSuccess: async () => {
      await navigate({ to: "/syncs" });
      queryClient.removeQueries({ queryKey: keys.sync(sync.slug) });
      await queryClient.invalidateQueries({ queryKey: keys.syncs });
    },
    onError: notifyError,
  });
  return (
    <ConfirmDialog
      {...dialog}
      title={`Delete ${sync.name}?`}
      action="Delete"
      isDangerous
      isPending={removal.isPending}
      onConfirm={() => removal.mutate()}
    >
      Its history and its rejects go with it; what was not delivered yet is not sent. What was
      delivered stays where it is.
    </ConfirmDialog>
  );
}

/** Run now, pause, change, delete. */
export function SyncActions({ sync }: { sync: Sync }) {
  const { run, pause } = useSyncActions(sync);
  const [isDeleting, deleting] = useDisclosure(false);
  return (
    <>
      <Button
        leftSection={<IconRefresh size={16} stroke={1.8} />}
        loading={run.isPending}
        disabled={sync.running}
        onClick={() => run.mutate()}
      >
        {sync.running ? "Running" : "Run now"}
      </Button>
      <Button
        variant="default"
        leftSection={
          sync.paused ? (
            <IconPlayerPlay size={15} stroke={1.7} />
          ) : (
            <IconPlayerPause size={15} stroke={1.7} />
          )
        }
        loading={pause.isPending}
        onClick={() => pause.mutate()}
      >
        {sync.paused ? "Resume" : "Pause"}
      </Button>
      {!sync.is_managed && (
        <>
          <LinkButton
            to="/syncs/$id/edit"
            params={{ id: sync.slug }}
            variant="default"
            leftSection={<IconPencil size={15} stroke={1.7} />}
          >
            Edit
          </LinkButton>
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon size={36} variant="default" aria-label="More actions">
                <IconDots size={17} stroke={1.7} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                color="red"
                leftSection={<IconTrash size={15} stroke={1.7} />}
                onClick={deleting.open}
              >
                Delete
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
          <DeleteDialog sync={sync} opened={isDeleting} onClose={deleting.close} />
        </>
      )}
    </>
  );
}
