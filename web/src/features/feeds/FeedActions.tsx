import { ActionIcon, Button, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import {
  IconDots,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconRefresh,
  IconTrash,
} from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";

import { keys } from "@/api/queries";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { LinkMenuItem } from "@/components/links";
import { notifyError } from "@/components/notifyError";
import { useCanEdit } from "@/components/useCanEdit";
import { deleteFeed, type Feed } from "@/features/feeds/feedQueries";
import { useFeedActions } from "@/features/feeds/useFeedActions";

interface DeleteProps {
  feed: Feed;
  opened: boolean;
  onClose: () => void;
}

function DeleteFeed({ feed, opened, onClose }: DeleteProps) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const deletion = useMutation({
    mutationFn: () => deleteFeed(feed.id),
    onSuccess: async () => {
      await navigate({ to: "/feeds" });
      queryClient.removeQueries({ queryKey: keys.feed(feed.id) });
      await queryClient.invalidateQueries({ queryKey: keys.feeds });
      notifications.show({ message: `${feed.name} was deleted.` });
    },
    onError: notifyError,
  });
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={`Delete ${feed.name}?`}
      action="Delete feed"
      isDangerous
      isPending={deletion.isPending}
      onConfirm={() => deletion.mutate()}
    >
      It stops fetching, and its list of files and runs is forgotten. Files and datasets that came
      by it stay.
    </ConfirmDialog>
  );
}

function RunButton({ feed }: { feed: Feed }) {
  const { run, cancel } = useFeedActions(feed);
  const { last_run: last } = feed;
  if (feed.running && last) {
    return (
      <Button
        variant="default"
        leftSection={<IconPlayerStop size={15} stroke={1.7} />}
        loading={cancel.isPending}
        onClick={() => cancel.mutate(last.id)}
      >
        Cancel run
      </Button>
    );
  }
  return (
    <Button
      leftSection={<IconRefresh size={15} stroke={1.9} />}
      loading={run.isPending}
      onClick={() => run.mutate()}
    >
      Run now
    </Button>
  );
}

/** What can be done with a feed. */
export function FeedActions({ feed }: { feed: Feed }) {
  const { pause, resume } = useFeedActions(feed);
  const [isDeleting, deleting] = useDisclosure(false);
  if (!useCanEdit()) return null;
  return (
    <>
      <RunButton feed={feed} />
      {feed.paused ? (
        <Button
          variant="default"
          leftSection={<IconPlayerPlay size={15} stroke={1.7} />}
          loading={resume.isPending}
          onClick={() => resume.mutate()}
        >
          Resume
        </Button>
      ) : (
        <Button
          variant="default"
          leftSection={<IconPlayerPause size={15} stroke={1.7} />}
          loading={pause.isPending}
          onClick={() => pause.mutate()}
        >
          Pause
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon size={36} variant="default" aria-label="More actions">
            <IconDots size={17} stroke={1.7} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <LinkMenuItem
            to="/feeds/$id/edit"
            params={{ id: feed.id }}
            leftSection={<IconPencil size={15} stroke={1.7} />}
          >
            Edit
          </LinkMenuItem>
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={15} stroke={1.7} />}
            onClick={deleting.open}
          >
            Delete…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <DeleteFeed feed={feed} opened={isDeleting} onClose={deleting.close} />
    </>
  );
}
