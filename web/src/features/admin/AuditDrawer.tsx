import { Drawer } from "@mantine/core";
import { useState } from "react";

import type { AuditEvent } from "@/api/types";
import { CodeBlock } from "@/components/CodeBlock";
import { LinkAnchor } from "@/components/links";
import styles from "@/features/admin/admin.module.css";
import { actorWords, eventWords } from "@/features/admin/kinds";

function Details({ event }: { event: AuditEvent }) {
  const facts: [string, React.ReactNode][] = [
    ["When", new Date(event.at).toISOString()],
    ["Who", actorWords(event)],
    [
      "Workspace",
      <LinkAnchor key="w" to="/admin/audit" search={{ workspace: event.workspace.id }} inherit>
        {event.workspace.name}
      </LinkAnchor>,
    ],
    [
      "Kind",
      <span key="k" className="mono">
        {event.kind}
      </span>,
    ],
    [
      "What it happened to",
      <span key="s">
        {event.subject} <span className="mono">{event.subject_id}</span>
      </span>,
    ],
    ["Number", String(event.id)],
  ];
  return (
    <div className={styles.drawer}>
      <dl>
        {facts.map(([term, words]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <CodeBlock label="the details" code={JSON.stringify(event.payload, null, 2)} />
    </div>
  );
}

/** All that the log holds of an event. */
export function AuditDrawer({ event, onClose }: { event: AuditEvent | null; onClose: () => void }) {
  // What slides away still shows what it showed.
  const [last, setLast] = useState(event);
  if (event !== null && event !== last) setLast(event);
  return (
    <Drawer
      opened={event !== null}
      onClose={onClose}
      position="right"
      size={440}
      title={last ? eventWords(last.kind) : ""}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {last && <Details event={last} />}
    </Drawer>
  );
}
