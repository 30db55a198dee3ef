import { CodeBlock } from "@/components/CodeBlock";
import styles from "@/features/datasets/datasets.module.css";

/** What an empty workspace teaches: the other way in. */
export function FirstSteps() {
  const origin = window.location.origin;
  return (
    <section className={styles.firstSteps} aria-labelledby="first-steps">
      <h2 id="first-steps">Or send it from a terminal</h2>
      <p className="muted">
        The file becomes a typed, versioned table called <span className="mono">sales</span>, with
        charts and an API. curl asks for your password.
      </p>
      <CodeBlock
        label="curl command"
        code={`curl -u you@example.org -T sales.csv ${origin}/api/datasets/sales/data`}
      />
    </section>
  );
}
