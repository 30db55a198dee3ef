import type { Template } from "@/api/types";
import list from "@/components/listTable.module.css";
import styles from "@/features/templates/templates.module.css";
import { typeWords } from "@/features/templates/words";
import { spaced } from "@/lib/words";

/** What the template knows of each column. */
export function DeclaredColumns({ template: { columns, keys } }: { template: Template }) {
  const inKey = new Set(keys.flat());
  return (
    <div className={list.card}>
      <table className={list.table} aria-label="Columns of the template">
        <thead>
          <tr>
            <th scope="col">Column</th>
            <th scope="col">Type</th>
            <th scope="col" data-extra>
              Role
            </th>
            <th scope="col">Found under</th>
          </tr>
        </thead>
        <tbody>
          {columns.map(({ name, label, type, role, aliases, required }) => (
            <tr key={name}>
              <th scope="row">
                <span className={styles.title}>
                  {label}
                  {required && <span className={styles.tag}>required</span>}
                  {inKey.has(name) && <span className={styles.tag}>key</span>}
                </span>
                <span className={styles.description}>{name}</span>
              </th>
              <td>{typeWords(type)}</td>
              <td data-extra>{spaced(role)}</td>
              <td className={styles.aliases}>{[label, ...aliases].join(", ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
