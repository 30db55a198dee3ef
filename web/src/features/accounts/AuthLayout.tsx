import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";

import { Logo } from "@/components/Logo";
import { ThemeToggle } from "@/components/ThemeToggle";
import styles from "@/features/accounts/accounts.module.css";

interface Props {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
  foot?: ReactNode;
}

/** The frame of the pages before one is signed in. */
export function AuthLayout({ title, lead, children, foot }: Props) {
  useDocumentTitle(`${title} · Rowmill`);
  return (
    <div className={styles.page}>
      <header className={styles.top}>
        <span className={styles.brand}>
          <Logo size={28} />
          Rowmill
        </span>
        <ThemeToggle />
      </header>
      <main className={styles.card}>
        <h1 className={styles.title}>{title}</h1>
        {lead !== undefined && <p className={styles.lead}>{lead}</p>}
        {children}
        {foot !== undefined && <p className={styles.foot}>{foot}</p>}
      </main>
    </div>
  );
}
