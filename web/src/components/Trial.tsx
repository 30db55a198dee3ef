import { Alert, Button } from "@mantine/core";
import type { ReactNode } from "react";

import { ApiError, toMessage } from "@/api/problem";
import styles from "@/components/form.module.css";

interface Props {
  /** The word on the button. */
  action: string;
  icon: ReactNode;
  isPending: boolean;
  /** That there was no answer at all, or that what was sent cannot be tried. */
  error: Error | null;
  /** Messages that stand at no field. */
  unmarked: readonly string[];
  /** What stands above such an error. */
  failure: string;
  /** Whether the settings are still those that were tried. */
  isCurrent: boolean;
  onTry: () => void;
  /** What came of it. */
  children: ReactNode;
}

/** What is wrong; what belongs to a field stands there. */
function wordsOf(error: Error, unmarked: readonly string[]): readonly string[] {
  const count = error instanceof ApiError ? Object.keys(error.fields).length : 0;
  if (count === 0) return [toMessage(error)];
  return count > unmarked.length ? ["Mend what is marked, then try again.", ...unmarked] : unmarked;
}

/** Tries what is typed into a form before it is saved, and says in place what came of it. */
export function Trial({ action, icon, isPending, error, isCurrent, onTry, ...rest }: Props) {
  const hasAnswer = rest.children !== undefined && rest.children !== null;
  return (
    <div className={styles.trial}>
      <Button variant="default" leftSection={icon} loading={isPending} onClick={onTry}>
        {action}
      </Button>
      {error && !isPending && (
        <Alert color="red" variant="light" role="alert" title={rest.failure}>
          {wordsOf(error, rest.unmarked).map((words) => (
            <p key={words} className={styles.line}>
              {words}
            </p>
          ))}
        </Alert>
      )}
      {hasAnswer && !error && !isPending && (
        <div data-stale={!isCurrent} className={styles.answer}>
          {rest.children}
          {!isCurrent && <small>The settings have changed since. Try them again.</small>}
        </div>
      )}
    </div>
  );
}
