import { useId, type ReactNode } from "react";

import styles from "@/components/form.module.css";

interface Props {
  title: string;
  hint?: string;
  children: ReactNode;
}

/** A part of a form, with its heading. */
export function FormSection({ title, hint, children }: Props) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {hint !== undefined && <p>{hint}</p>}
      </header>
      {children}
    </section>
  );
}
