import { Skeleton } from "@mantine/core";

import type { Recognition, TemplateMatch } from "@/api/types";
import { ColumnIcon } from "@/components/ColumnIcon";
import { DataFrame } from "@/components/DataFrame";
import styles from "@/features/uploads/uploads.module.css";
import { describeType, familyOf } from "@/lib/columnTypes";

interface Props {
  seen: Recognition;
  /** How the columns fit the chosen template; null for a plain dataset. */
  match: TemplateMatch | null | undefined;
}

/** Each column of the file, some of its values, and what becomes of it. */
export function ColumnMapping({ seen, match }: Props) {
  if (match === undefined) return <Skeleton h={120} />;
  const found = new Map(match?.mapping.map((one) => [one.header, one]));
  return (
    <DataFrame label="Columns of the file" className={styles.mapping} isBordered>
      <table>
        <thead>
          <tr>
            <th scope="col">Column</th>
            <th scope="col">{match ? "Becomes" : "Type"}</th>
            <th scope="col">First values</th>
          </tr>
        </thead>
        <tbody>
          {seen.columns.map(({ name, label, type, samples }) => {
            const target = found.get(label);
            return (
              <tr key={name}>
                <th scope="row">{label}</th>
                <td>
                  {target ? (
                    target.label
                  ) : (
                    <span className={styles.kept}>
                      <ColumnIcon family={familyOf(type)} />
                      {match ? "kept as it is" : describeType(type)}
                    </span>
                  )}
                </td>
                <td className={styles.samples}>
                  {samples
                    .slice(0, 3)
                    .map((one) => one ?? "–")
                    .join(" · ")}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </DataFrame>
  );
}
