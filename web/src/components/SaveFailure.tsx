import { Alert, Button, Group } from "@mantine/core";

import { ApiError, toMessage } from "@/api/problem";
import styles from "@/components/form.module.css";

interface Props {
  error: Error | null;
  /** Whether a message stands at some field. */
  isMarked: boolean;
  /** Messages that stand at no field. */
  others: readonly string[];
  /** Where somebody else saved first: what they did instead of this, and this instead of theirs. */
  onTheirs?: () => void;
  onMine?: () => void;
}

function Conflict({ onTheirs, onMine }: Pick<Props, "onTheirs" | "onMine">) {
  return (
    <Alert color="yellow" role="alert" title="Somebody changed this while you did">
      <Group gap="xs">
        <Button size="xs" variant="default" onClick={onTheirs}>
          Look at theirs, drop mine
        </Button>
        <Button size="xs" onClick={onMine}>
          Save mine
        </Button>
      </Group>
    </Alert>
  );
}

/** Why a form is not saved; what belongs to a field stands there. */
export function SaveFailure({ error, isMarked, others, onTheirs, onMine }: Props) {
  if (!error) return null;
  if (error instanceof ApiError && error.status === 412) {
    return <Conflict onTheirs={onTheirs} onMine={onMine} />;
  }
  return (
    <Alert color="red" variant="light" role="alert" title="It is not saved">
      <p className={styles.line}>
        {isMarked
          ? "Mend what is marked, then save again."
          : others.length === 0 && toMessage(error)}
      </p>
      {others.map((message) => (
        <p key={message} className={styles.line}>
          {message}
        </p>
      ))}
    </Alert>
  );
}
