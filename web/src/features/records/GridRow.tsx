import { Skeleton } from "@mantine/core";
import type { VirtualItem } from "@tanstack/react-virtual";

import type { Row } from "@/api/types";
import type { ColumnLook } from "@/features/records/columnLooks";
import styles from "@/features/records/grid.module.css";
import { cellId, type ActiveCell } from "@/features/records/gridKeys";
import { CellValue } from "@/features/records/CellValue";
import { formatInteger } from "@/lib/format";

interface Props {
  index: number;
  /** Pixels from the top of the canvas. */
  top: number;
  /** undefined while the row is still on its way. */
  row: Row | undefined;
  looks: readonly ColumnLook[];
  columns: readonly VirtualItem[];
  activeColumn: number | null;
  onActive: (cell: ActiveCell) => void;
  onOpen: (row: number) => void;
}

function LoadingRow({ top }: { top: number }) {
  return (
    <div role="row" className={styles.row} style={{ top }}>
      <div role="gridcell" className={styles.loading}>
        <Skeleton h={10} w="min(60vw, 700px)" />
        <span className="visually-hidden">Loading more rows</span>
      </div>
    </div>
  );
}

/* The grid itself takes the keyboard; a pointer reaches the same through its cells. */
/* eslint-disable jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus */
export function GridRow({
  index,
  top,
  row,
  looks,
  columns,
  activeColumn,
  onActive,
  onOpen,
}: Props) {
  if (!row) return <LoadingRow top={top} />;
  return (
    <div role="row" aria-rowindex={index + 2} className={styles.row} style={{ top }}>
      <div
        role="rowheader"
        className={styles.gutter}
        title="Open the row"
        onClick={() => {
          onOpen(index);
        }}
      >
        {formatInteger(index + 1)}
      </div>
      {columns.map(({ index: column, start, size }) => {
        const look = looks[column];
        if (!look) return null;
        return (
          <div
            key={look.name}
            id={cellId({ row: index, column })}
            role="gridcell"
            aria-colindex={column + 1}
            aria-selected={activeColumn === column}
            className={styles.cell}
            data-right={look.isRight}
            style={{ left: start, width: size }}
            onClick={() => {
              onActive({ row: index, column });
            }}
            onDoubleClick={() => {
              onOpen(index);
            }}
          >
            <CellValue value={row[look.name]} type={look.type} isDateOnly={look.isDateOnly} />
          </div>
        );
      })}
    </div>
  );
}
