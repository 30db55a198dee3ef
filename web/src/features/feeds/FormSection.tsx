import type { ReactNode } from "react";

import page from "@/components/page.module.css";
import styles from "@/features/feeds/feeds.module.css";

interface Props {
  title: string;
  hint: string;
  children: ReactNode;
}

/** A step of the form. */
export function FormSection({ title, hint, children }: Props) {
  return (
    <section className={`${page.card} ${styles.step}`} aria-label={title}>
      <header>
        <h2>{title}</h2>
        <p>{hint}</p>
      </header>
      {children}
    </section>
  );
}
