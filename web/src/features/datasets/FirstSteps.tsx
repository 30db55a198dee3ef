import { IconInbox } from "@tabler/icons-react";

import { CodeBlock } from "@/components/CodeBlock";
import { CreateDemo } from "@/components/DemoData";
import { StateMessage } from "@/components/StateMessage";
import { useCanEdit } from "@/components/useCanEdit";
import styles from "@/features/datasets/datasets.module.css";

/** What an empty workspace teaches: the other ways in. */
export function FirstSteps() {
  const origin = window.location.origin;
  if (!useCanEdit()) {
    return (
      <StateMessage icon={<IconInbox size={22} stroke={1.6} />} title="No dataset yet">
        <p>Nobody has sent a file into this workspace.</p>
      </StateMessage>
    );
  }
  return (
    <>
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
      <section className={styles.firstSteps} aria-labelledby="first-demo">
        <h2 id="first-demo">Or look around with demo data</h2>
        <p className="muted">
          A made-up chain of shops: two years of sales, products and stock. You can remove it again.
        </p>
        <div>
          <CreateDemo />
        </div>
      </section>
    </>
  );
}
