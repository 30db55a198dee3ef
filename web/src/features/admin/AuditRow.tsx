import { UnstyledButton } from "@mantine/core";

import type { AuditEvent } from "@/api/types";
import styles from "@/features/admin/admin.module.css";
import { actorWords, eventWords } from "@/features/admin/kinds";
import { nameOf } from "@/features/admin/payload";
import { formatDateTime } from "@/lib/format";

interface Props {
  event: AuditEvent;
  onOpen: (event: AuditEvent) => void;
}

export function AuditRow({ event, onOpen }: Props) {
  const name = nameOf(event.payload);
  return (
    <tr>
      <td className={styles.main}>
        <UnstyledButton
          className={styles.opener}
          onClick={() => {
            onOpen(event);
          }}
        >
          {eventWords(event.kind)}
        </UnstyledButton>{" "}
        {name !== null && <small className={styles.about}>{name}</small>}
      </td>
      <td>{actorWords(event)}</td>
      <td>{event.workspace.name}</td>
      <td className={styles.when}>
        <time dateTime={event.at}>{formatDateTime(event.at)}</time>
      </td>
    </tr>
  );
}
