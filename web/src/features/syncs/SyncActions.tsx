import { useDisclosure } from "@mantine/hooks";
import { IconPencil } from "@tabler/icons-react";

import { keys } from "@/api/queries";
import type { Sync } from "@/api/types";
import { DeleteDialog } from "@/components/DeleteDialog";
import { DeleteItem } from "@/components/DeleteItem";
import { LinkMenuItem } from "@/components/links";
import { MoreMenu, PauseButton, RunButton } from "@/components/RunControls";
import { deleteSync } from "@/features/syncs/syncQueries";
import { useSyncActions } from "@/features/syncs/useSyncActions";

/** Run now, pause, change, delete. */
export function SyncActions({ sync }: { sync: Sync }) {
  const { run, pause } = useSyncActions(sync);
  const [isDeleting, deleting] = useDisclosure(false);
  const { id, slug, name, running, paused, is_managed: isManaged } = sync;
  return (
    <>
      <RunButton run={run} isRunning={running} />
      <PauseButton isPaused={paused} pause={pause} />
      {!isManaged && (
        <>
          <MoreMenu>
            <LinkMenuItem
              to="/syncs/$id/edit"
              params={{ id: slug }}
              leftSection={<IconPencil size={15} stroke={1.7} />}
            >
              Edit
            </LinkMenuItem>
            <DeleteItem onClick={deleting.open} />
          </MoreMenu>
          <DeleteDialog
            opened={isDeleting}
            onClose={deleting.close}
            noun="sync"
            name={name}
            remove={() => deleteSync(id)}
            to="/syncs"
            listKey={keys.syncs}
            oneKey={keys.sync(slug)}
          >
            Its history and its rejects go with it; what was not delivered yet is not sent. What was
            delivered stays where it is.
          </DeleteDialog>
        </>
      )}
    </>
  );
}
