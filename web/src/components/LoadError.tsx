import { Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";

import { ApiError, toMessage } from "@/api/problem";
import { StateMessage } from "@/components/StateMessage";
import styles from "@/components/states.module.css";

interface Props {
  error: unknown;
  title?: string;
  onRetry?: () => void;
  level?: 1 | 2;
}

/** Says what failed and why, with the reference that finds it in the server's log. */
export function LoadError({ error, title = "This could not be loaded", onRetry, level }: Props) {
  const reference = error instanceof ApiError ? error.requestId : null;
  return (
    <div role="alert">
      <StateMessage
        level={level}
        icon={<IconAlertTriangle size={22} stroke={1.6} />}
        title={title}
        actions={
          onRetry && (
            <Button variant="default" onClick={onRetry}>
              Try again
            </Button>
          )
        }
      >
        <p>{toMessage(error)}</p>
        {reference !== null && (
          <p className={styles.reference}>
            Reference <span className="mono">{reference}</span>
          </p>
        )}
      </StateMessage>
    </div>
  );
}
