import type { DeliveryDetail } from "@/api/types";
import { CodeBlock } from "@/components/CodeBlock";
import { Facts } from "@/components/Facts";
import { TimeUntil } from "@/components/TimeUntil";
import styles from "@/features/webhooks/webhooks.module.css";
import { formatInteger, formatSecond } from "@/lib/format";
import { prettyJson } from "@/lib/json";

function Attempts({ history }: Pick<DeliveryDetail, "history">) {
  if (history.length === 0) return null;
  return (
    <div>
      <h3 className={styles.subhead}>Attempts</h3>
      <ol className={styles.attempts} aria-label="Attempts">
        {history.map(({ at, status, error, duration_ms }) => (
          <li key={at}>
            <time dateTime={at}>{formatSecond(at)}</time>
            <span>{error ?? `answered ${status ?? "nothing"}`}</span>
            <span className="muted">{formatInteger(duration_ms)} ms</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

interface Props {
  delivery: DeliveryDetail;
  /** Whether its webhook is, so that nothing is tried again for now. */
  isPaused?: boolean;
}

/** What was sent, what was answered, and each attempt. */
export function DeliveryFacts({ delivery, isPaused = false }: Props) {
  const { message_id, answer_status, answer_body, next_attempt_at, history, body } = delivery;
  return (
    <>
      <Facts
        facts={[
          ["Message", <code key="id">{message_id}</code>],
          ["Status of the answer", answer_status],
          [
            "Next attempt",
            next_attempt_at !== null &&
              (isPaused ? "when it is resumed" : <TimeUntil key="next" at={next_attempt_at} />),
          ],
        ]}
      />
      <div className={styles.exchange}>
        <div>
          <h3 className={styles.subhead}>Request</h3>
          <CodeBlock label="the request" code={prettyJson(body)} />
        </div>
        <div>
          <h3 className={styles.subhead}>Answer</h3>
          {answer_body === null || answer_body === "" ? (
            <p className="muted">{answer_status === null ? "None came." : "It had no body."}</p>
          ) : (
            <CodeBlock label="the answer" code={prettyJson(answer_body)} />
          )}
        </div>
      </div>
      <Attempts history={history} />
    </>
  );
}
