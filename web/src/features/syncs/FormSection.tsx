import { useId, type ReactNode } from "react";

import styles from "@/features/syncs/syncs.module.css";

/** A part of the form, with its heading. */
export function FormSection({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className={styles.formSection} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}
