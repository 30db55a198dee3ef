import type { VirtualItem } from "@tanstack/react-virtual";

import type { ColumnLook } from "@/features/records/columnLooks";
import styles from "@/features/records/grid.module.css";
import type { ActiveCell } from "@/features/records/gridKeys";
import { HeaderCell, type ColumnFilters } from "@/features/records/HeaderCell";
import type { GridTable } from "@/features/records/useGridTable";

interface Props {
  table: GridTable;
  looks: readonly ColumnLook[];
  columns: readonly VirtualItem[];
  active: ActiveCell | null;
  columnFilters: ColumnFilters;
}

export function HeaderRow({ table, looks, columns, active, columnFilters }: Props) {
  const headers = table.getHeaderGroups()[0]?.headers ?? [];
  return (
    <div role="rowgroup" className={styles.head}>
      <div role="row" aria-rowindex={1}>
        <div role="columnheader" className={styles.corner}>
          <span className="visually-hidden">Row</span>
        </div>
        {columns.map(({ index, start, size }) => {
          const look = looks[index];
          const header = headers[index];
          if (!look || !header) return null;
          return (
            <HeaderCell
              key={look.name}
              header={header}
              look={look}
              index={index}
              left={start}
              width={size}
              isActive={active?.row === -1 && active.column === index}
              columnFilters={columnFilters}
            />
          );
        })}
      </div>
    </div>
  );
}
