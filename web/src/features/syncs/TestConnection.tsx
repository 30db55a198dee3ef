import { Alert, Button } from "@mantine/core";
import { IconCircleCheck, IconPlugConnected, IconPlugConnectedX } from "@tabler/icons-react";

import styles from "@/components/form.module.css";
import { Trial } from "@/components/Trial";
import type { Finding } from "@/features/syncs/syncQueries";

interface Props {
  test: { data: Finding | undefined; error: Error | null; isPending: boolean };
  /** Whether the settings are still those that were tried. */
  isCurrent: boolean;
  /** Messages that stand at no field. */
  unmarked: readonly string[];
  onTest: () => void;
  /** Expects another host key, and tries again. */
  onTrust: (hostKey: string) => void;
}

interface AnswerProps extends Pick<Props, "onTrust"> {
  finding: Finding;
}

function Answer({ finding: { ok, message, host_key: key }, onTrust }: AnswerProps) {
  return (
    <Alert
      color={ok ? "spruce" : "red"}
      variant="light"
      role={ok ? "status" : "alert"}
      icon={
        ok ? (
          <IconCircleCheck size={18} stroke={1.7} />
        ) : (
          <IconPlugConnectedX size={18} stroke={1.7} />
        )
      }
      title={ok ? "It answers" : "It does not work yet"}
    >
      <p className={styles.line}>{message}</p>
      {ok && key != null && (
        <p className={styles.line}>
          Compare the key with what the server’s administrator names: from now on, only this one is
          accepted.
        </p>
      )}
      {!ok && key != null && (
        <Button size="xs" color="red" mt={8} onClick={() => onTrust(key)}>
          Trust the new key
        </Button>
      )}
    </Alert>
  );
}

/** Tries the destination as it is typed, and says in place what came of it. */
export function TestConnection({ test, isCurrent, unmarked, onTest, onTrust }: Props) {
  const { data, error, isPending } = test;
  return (
    <Trial
      action="Test connection"
      icon={<IconPlugConnected size={16} stroke={1.7} />}
      isPending={isPending}
      error={error}
      failure="It could not be tried"
      isCurrent={isCurrent}
      unmarked={unmarked}
      onTry={onTest}
    >
      {data && <Answer finding={data} onTrust={onTrust} />}
    </Trial>
  );
}
