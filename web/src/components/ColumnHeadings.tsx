import { UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";

import styles from "@/components/listTable.module.css";
import { nextSort } from "@/lib/sorting";

export interface ListColumn {
  label: string;
  /** What the API sorts by; null where it does not. */
  sort: string | null;
  isNumber: boolean;
  /** Left out where the window is narrow. */
  isExtra: boolean;
}

interface Sorting {
  sort: string | undefined;
  onSort: (sort: string | undefined) => void;
}

function Heading({ column, sort, onSort }: { column: ListColumn } & Sorting) {
  const { sort: name, label, isNumber, isExtra } = column;
  const order = sort === name ? "ascending" : sort === `-${name}` ? "descending" : undefined;
  const Arrow = order === "descending" ? IconArrowDown : IconArrowUp;
  return (
    <th
      scope="col"
      aria-sort={name === null ? undefined : order}
      data-number={isNumber}
      data-extra={isExtra}
    >
      {name === null ? (
        label
      ) : (
        <UnstyledButton className={styles.heading} onClick={() => onSort(nextSort(sort, name))}>
          {label}
          {order !== undefined && <Arrow size={13} aria-hidden />}
        </UnstyledButton>
      )}
    </th>
  );
}

/** The headings of a list; a click on one of them sorts it. */
export function ColumnHeadings({
  columns,
  ...sorting
}: { columns: readonly ListColumn[] } & Sorting) {
  return (
    <tr>
      {columns.map((column) => (
        <Heading key={column.label} column={column} {...sorting} />
      ))}
    </tr>
  );
}
