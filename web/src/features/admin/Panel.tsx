import { Skeleton } from "@mantine/core";
import { useId, type ReactNode } from "react";

import { LoadError } from "@/components/LoadError";
import styles from "@/features/admin/admin.module.css";

interface Props<T> {
  title: string;
  lead: string;
  actions?: ReactNode;
  /** Takes the whole width. */
  isWhole?: boolean;
  query: { data: T | undefined; error: Error | null; refetch: () => Promise<unknown> };
  children: (data: T) => ReactNode;
}

/** A part of the system page, with its own states of loading and failing. */
export function Panel<T>({ title, lead, actions, isWhole = false, query, children }: Props<T>) {
  const id = useId();
  const { data, error, refetch } = query;
  return (
    <section className={styles.panel} data-whole={isWhole} aria-labelledby={id}>
      <header className={styles.panelHead}>
        <div>
          <h2 id={id}>{title}</h2>
          <p>{lead}</p>
        </div>
        {actions}
      </header>
      {data !== undefined ? (
        children(data)
      ) : error ? (
        <LoadError error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton h={120} m={18} role="status" aria-label={`Loading ${title}`} />
      )}
    </section>
  );
}
