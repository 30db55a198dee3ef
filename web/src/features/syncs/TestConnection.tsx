import { Alert, Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { IconCircleCheck, IconPlugConnected } from "@tabler/icons-react";

import { toMessage } from "@/api/problem";
import { connectionOf, type SyncDraft } from "@/features/syncs/syncDraft";
import { testConnection, type Finding } from "@/features/syncs/syncQueries";
import styles from "@/features/syncs/syncs.module.css";

interface Props {
  draft: SyncDraft;
  /** Of the sync whose secrets are used where none is typed. */
  syncId: string | null;
  onChange: (part: Partial<SyncDraft>) => void;
}

interface AnswerProps extends Pick<Props, "draft" | "onChange"> {
  finding: Finding;
}

/** The key that an SFTP server showed, to be pinned before the first delivery. */
function HostKey({ finding, draft, onChange }: AnswerProps) {
  const { target } = draft;
  const key = finding.host_key;
  if (key == null || target.kind !== "sftp") return null;
  return (
    <div className={styles.hostKey}>
      <span>Its host key</span>
      <code>{key}</code>
      {target.host_key === null ? (
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => onChange({ target: { ...target, host_key: key } })}
        >
          Trust this key only
        </Button>
      ) : (
        <span className="muted">It is the one that is trusted.</span>
      )}
    </div>
  );
}

function Answer({ finding, ...rest }: AnswerProps) {
  return (
    <Alert
      color={finding.ok ? "spruce" : "red"}
      variant="light"
      icon={finding.ok ? <IconCircleCheck size={18} stroke={1.7} /> : undefined}
      title={finding.ok ? "It answers" : "It does not work"}
    >
      {finding.message}
      <HostKey finding={finding} {...rest} />
    </Alert>
  );
}

/** Tries the destination as it is typed, and says in place what came of it. */
export function TestConnection({ draft, syncId, onChange }: Props) {
  const test = useMutation({ mutationFn: () => testConnection(connectionOf(draft, syncId)) });
  return (
    <div className={styles.test}>
      <Button
        variant="default"
        leftSection={<IconPlugConnected size={16} stroke={1.7} />}
        loading={test.isPending}
        onClick={() => test.mutate()}
      >
        Test connection
      </Button>
      <div role="status">
        {test.data && <Answer finding={test.data} draft={draft} onChange={onChange} />}
        {test.error && (
          <Alert color="red" variant="light" title="It could not be tried">
            {toMessage(test.error)}
          </Alert>
        )}
      </div>
    </div>
  );
}
