import type { ReactNode } from "react";

import styles from "@/components/states.module.css";

interface Props {
  icon: ReactNode;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  /** The page's own heading, or one inside a page that has its heading. */
  level?: 1 | 2;
}

/** What stands where content would: nothing yet, nothing found, something failed. */
export function StateMessage({ icon, title, children, actions, level = 2 }: Props) {
  const Heading = level === 1 ? "h1" : "h2";
  return (
    <div className={styles.state}>
      <span className={styles.icon} aria-hidden>
        {icon}
      </span>
      <Heading>{title}</Heading>
      {children}
      {actions !== undefined && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}
