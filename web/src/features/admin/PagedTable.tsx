import { IconSearchOff } from "@tabler/icons-react";
import type { ReactNode } from "react";

import { PagedItems, type PagedList } from "@/components/PagedItems";
import { StateMessage } from "@/components/StateMessage";
import styles from "@/features/admin/admin.module.css";

interface Props<T> {
  list: PagedList<T>;
  label: string;
  headings: readonly string[];
  /** What stands there when nothing matches. */
  empty: string;
  children: (item: T) => ReactNode;
}

/** A list of the administration as a table that grows as one scrolls. */
export function PagedTable<T>({ list, label, headings, empty, children }: Props<T>) {
  const nothing = <StateMessage icon={<IconSearchOff size={22} stroke={1.6} />} title={empty} />;
  return (
    <PagedItems list={list} label={label} empty={nothing}>
      {(items) => (
        <div className={styles.card}>
          <table className={styles.table} aria-label={label}>
            <thead>
              <tr>
                {headings.map((heading) => (
                  <th key={heading} scope="col">
                    {heading === "Actions" ? (
                      <span className="visually-hidden">{heading}</span>
                    ) : (
                      heading
                    )}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>{items.map(children)}</tbody>
          </table>
        </div>
      )}
    </PagedItems>
  );
}
