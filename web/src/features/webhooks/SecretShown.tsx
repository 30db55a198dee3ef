import { CodeBlock } from "@/components/CodeBlock";
import styles from "@/features/webhooks/webhooks.module.css";

/** The secret of the signatures, which the server shows this once only. */
export function SecretShown({ secret }: { secret: string }) {
  return (
    <div className={styles.secret}>
      <p>
        Copy the secret now: it is shown this once only. By it the receiver checks that a message is
        from here and unchanged (Standard Webhooks: headers <code>webhook-id</code>,{" "}
        <code>webhook-timestamp</code> and <code>webhook-signature</code>).
      </p>
      <CodeBlock label="the secret" code={secret} />
    </div>
  );
}
