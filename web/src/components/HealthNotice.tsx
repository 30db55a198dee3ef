import { Alert } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { ReactNode } from "react";

import styles from "@/components/health.module.css";
import { TimeAgo } from "@/components/TimeAgo";
import { TimeUntil } from "@/components/TimeUntil";
import { countOf } from "@/lib/format";

interface Props {
  title: string;
  /** What went wrong and how to mend it, as the server says it. */
  message: string;
  since?: string | null;
  /** Attempts that failed one after the other. */
  failures?: number;
  nextTryAt?: string | null;
  /** What else is known, such as the answer of the other side. */
  children?: ReactNode;
  actions?: ReactNode;
  tone?: "red" | "yellow";
}

/** Why something that runs by itself does not, since when, and when it is tried again. */
export function HealthNotice({ title, message, since, failures = 0, nextTryAt, ...rest }: Props) {
  const { children, actions, tone = "red" } = rest;
  return (
    <Alert
      color={tone}
      variant="light"
      role="alert"
      icon={<IconAlertTriangle size={18} stroke={1.7} />}
      classNames={{ body: styles.noticeBody }}
      title={title}
    >
      <p className={styles.message}>{message}</p>
      {children}
      <p className={styles.when}>
        {since != null && (
          <span>
            Since <TimeAgo at={since} />
            {failures > 1 && `, ${countOf(failures, "attempt")} failed`}
          </span>
        )}
        {nextTryAt != null && (
          <span>
            Next attempt <TimeUntil at={nextTryAt} />
          </span>
        )}
      </p>
      {actions != null && actions !== false && <div className={styles.actions}>{actions}</div>}
    </Alert>
  );
}
