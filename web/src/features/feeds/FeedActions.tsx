import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPencil, IconPlayerStop } from "@tabler/icons-react";

import { keys } from "@/api/queries";
import { DeleteDialog } from "@/components/DeleteDialog";
import { DeleteItem } from "@/components/DeleteItem";
import { LinkMenuItem } from "@/components/links";
import { MoreMenu, PauseButton, RunButton } from "@/components/RunControls";
import { useCanEdit } from "@/components/useCanEdit";
import { deleteFeed, type Feed } from "@/features/feeds/feedQueries";
import { useFeedActions } from "@/features/feeds/useFeedActions";

/** What can be done with a feed. */
export function FeedActions({ feed }: { feed: Feed }) {
  const { run, pause, cancel } = useFeedActions(feed);
  const [isDeleting, deleting] = useDisclosure(false);
  const { id, name, running, paused, last_run: last } = feed;
  if (!useCanEdit()) return null;
  return (
    <>
      {running && last ? (
        <Button
          variant="default"
          leftSection={<IconPlayerStop size={15} stroke={1.7} />}
          loading={cancel.isPending}
          onClick={() => cancel.mutate(last.id)}
        >
          Cancel run
        </Button>
      ) : (
        <RunButton run={run} />
      )}
      <PauseButton isPaused={paused} pause={pause} />
      <MoreMenu>
        <LinkMenuItem
          to="/feeds/$id/edit"
          params={{ id }}
          leftSection={<IconPencil size={15} stroke={1.7} />}
        >
          Edit
        </LinkMenuItem>
        <DeleteItem onClick={deleting.open} />
      </MoreMenu>
      <DeleteDialog
        opened={isDeleting}
        onClose={deleting.close}
        noun="feed"
        name={name}
        remove={() => deleteFeed(id)}
        to="/feeds"
        listKey={keys.feeds}
        oneKey={keys.feed(id)}
      >
        It stops fetching, and its list of files and runs is forgotten. Files and datasets that came
        by it stay.
      </DeleteDialog>
    </>
  );
}
