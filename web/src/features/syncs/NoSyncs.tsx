import { IconCloudUpload } from "@tabler/icons-react";

import { LinkButton } from "@/components/links";
import { StateMessage } from "@/components/StateMessage";
import { useCanEdit } from "@/components/useCanEdit";

/** What a sync is, and the two ways to begin. */
export function NoSyncs() {
  const canEdit = useCanEdit();
  return (
    <StateMessage
      icon={<IconCloudUpload size={22} stroke={1.6} />}
      title="No syncs yet"
      actions={
        canEdit && (
          <>
            <LinkButton to="/syncs/new">New sync</LinkButton>
            <LinkButton to="/syncs/new" search={{ preset: "products" }} variant="default">
              Send products to another system
            </LinkButton>
          </>
        )
      }
    >
      <p>
        A sync sends the rows of a dataset that are new, changed or deleted since its last delivery:
        to an HTTP endpoint, an SFTP folder, an S3 bucket or a PostgreSQL table. Where the
        destination is down, changes wait; a record that it refuses is kept, to be mended and sent
        again.
      </p>
    </StateMessage>
  );
}
