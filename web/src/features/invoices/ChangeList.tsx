import type { Change } from "@/features/invoices/changes";
import styles from "@/features/invoices/invoices.module.css";

/** What changed: from what to what. */
export function ChangeList({ changes }: { changes: readonly Change[] }) {
  return (
    <ul className={styles.changes}>
      {changes.map(({ label, before, after }) => (
        <li key={label}>
          {label}: <del>{before ?? "nothing"}</del> <span aria-label="became">→</span>{" "}
          <ins>{after ?? "nothing"}</ins>
        </li>
      ))}
    </ul>
  );
}
