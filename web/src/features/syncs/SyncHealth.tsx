import type { Sync } from "@/api/types";
import { ForEditors } from "@/components/ForEditors";
import { HealthNotice } from "@/components/HealthNotice";
import { LinkButton } from "@/components/links";
import { AnswerBody } from "@/features/syncs/AnswerView";
import styles from "@/features/syncs/syncs.module.css";

/** What is wrong with the destination, what it said, and when it is tried again. */
export function SyncHealth({ sync }: { sync: Sync }) {
  const { error, failing_since, retry_at, paused } = sync;
  if (!error) return null;
  const isFailing = failing_since !== null;
  return (
    <HealthNotice
      tone={isFailing ? "red" : "yellow"}
      title={isFailing ? "The destination does not take the records" : "A delivery is delayed"}
      message={error.message}
      since={failing_since}
      nextTryAt={paused ? null : retry_at}
      actions={
        !sync.is_managed && (
          <ForEditors>
            <LinkButton size="xs" variant="default" to="/syncs/$id/edit" params={{ id: sync.slug }}>
              Look at the settings
            </LinkButton>
          </ForEditors>
        )
      }
    >
      <AnswerBody answer={error} />
      <p className={styles.calm}>
        Nothing is lost: what changes is kept until the destination takes it.
      </p>
    </HealthNotice>
  );
}
