import type { SyncAnswer } from "@/api/types";
import styles from "@/features/syncs/syncs.module.css";
import { prettyJson } from "@/lib/json";

/** The body of an answer, as it came. */
export function AnswerBody({ answer }: { answer: SyncAnswer }) {
  if (answer.body == null || answer.body === "") return null;
  return (
    // A long line scrolls sideways, so the block must be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre className={styles.answer} tabIndex={0} aria-label="The destination's answer">
      {prettyJson(answer.body)}
    </pre>
  );
}

/** What the destination said: its words, and the body they are from. */
export function AnswerView({ answer }: { answer: SyncAnswer | null }) {
  if (!answer) return <p className="muted">No answer yet.</p>;
  return (
    <div className={styles.answerBlock}>
      <p>{answer.message}</p>
      <AnswerBody answer={answer} />
    </div>
  );
}
