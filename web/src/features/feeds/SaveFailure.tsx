import { Alert } from "@mantine/core";

import { toMessage } from "@/api/problem";
import { otherErrors } from "@/features/feeds/feedDraft";
import styles from "@/features/feeds/feeds.module.css";

interface Props {
  error: Error | null;
  /** The messages of fields, of the last attempt of any kind. */
  errors: Readonly<Record<string, string>>;
}

/** Why it is not saved; what belongs to a field stands there. */
export function SaveFailure({ error, errors }: Props) {
  if (!error) return null;
  const isOfFields = Object.keys(errors).length > 0;
  return (
    <Alert color="red" role="alert" title="It is not saved">
      <p className={styles.line}>
        {isOfFields ? "Mend what is marked, then save again." : toMessage(error)}
      </p>
      {otherErrors(errors).map((message) => (
        <p key={message} className={styles.line}>
          {message}
        </p>
      ))}
    </Alert>
  );
}
