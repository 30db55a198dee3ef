import { usePrevious } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useId, useRef } from "react";

import { cellId, useGridKeys, type ActiveCell } from "@/features/records/gridKeys";
import type { ColumnLook } from "@/features/records/columnLooks";
import styles from "@/features/records/grid.module.css";
import { GridRow } from "@/features/records/GridRow";
import { HeaderRow } from "@/features/records/HeaderRow";
import type { GridTable } from "@/features/records/useGridTable";
import type { ColumnFilters } from "@/features/records/HeaderCell";

const ROW_HEIGHT = 33;
const HEADER_HEIGHT = 38;
const GUTTER = 58;
const LOAD_AHEAD = 40;
const OVERSCAN_ROWS = 10;

interface Props {
  table: GridTable;
  looks: readonly ColumnLook[];
  /** Rows that match in all, loaded or not. */
  total: number;
  hasMore: boolean;
  isLoadingMore: boolean;
  onMore: () => void;
  isStale: boolean;
  active: ActiveCell | null;
  onActive: (cell: ActiveCell) => void;
  onOpen: (row: number) => void;
  columnFilters: ColumnFilters;
}

function useVirtual(table: GridTable, rowCount: number) {
  const scroller = useRef<HTMLDivElement>(null);
  const columns = table.getAllLeafColumns();
  const rowWindow = useVirtualizer({
    count: rowCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN_ROWS,
    paddingStart: HEADER_HEIGHT,
    scrollPaddingStart: HEADER_HEIGHT,
    scrollPaddingEnd: 4,
  });
  const columnWindow = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => columns[index]?.getSize() ?? 120,
    overscan: 3,
    paddingStart: GUTTER,
    scrollPaddingStart: GUTTER,
  });
  const { columnSizing } = table.state;
  useEffect(() => {
    columnWindow.measure();
  }, [columnWindow, columnSizing, columns]);
  return { scroller, rowWindow, columnWindow };
}

type Virtual = ReturnType<typeof useVirtual>;

/** Keeps the chosen cell in sight, asks for rows ahead of the reader, gives back the keyboard. */
function useFollowing(
  scroller: Virtual["scroller"],
  rowWindow: Virtual["rowWindow"],
  columnWindow: Virtual["columnWindow"],
  props: Props,
) {
  const { table, hasMore, isLoadingMore, onMore, active } = props;
  const lastSeen = rowWindow.getVirtualItems().at(-1)?.index ?? 0;
  const isNearEnd = lastSeen >= table.getRowModel().rows.length - LOAD_AHEAD;
  const wantsMore = hasMore && !isLoadingMore && isNearEnd;
  useEffect(() => {
    if (wantsMore) onMore();
  }, [wantsMore, onMore]);

  useEffect(() => {
    if (!active) return;
    if (active.row >= 0) rowWindow.scrollToIndex(active.row);
    columnWindow.scrollToIndex(active.column);
  }, [active, rowWindow, columnWindow]);

  // A filter that closes gives the keyboard back to the grid.
  const isFiltering = props.columnFilters.open !== null;
  const wasFiltering = usePrevious(isFiltering);
  useEffect(() => {
    if (wasFiltering === true && !isFiltering) scroller.current?.focus();
  }, [wasFiltering, isFiltering, scroller]);
}

/** Rows and columns in a window over the whole; arrow keys move, Enter opens a row. */
export function Grid(props: Props) {
  const { table, looks, active, onActive, onOpen, columnFilters } = props;
  const helpId = useId();
  const rows = table.getRowModel().rows;
  const rowCount = rows.length + (props.hasMore ? 1 : 0);
  const { scroller, rowWindow, columnWindow } = useVirtual(table, rowCount);
  const rowItems = rowWindow.getVirtualItems();
  const columnItems = columnWindow.getVirtualItems();
  useFollowing(scroller, rowWindow, columnWindow, props);

  const onKeyDown = useGridKeys({
    active,
    onActive,
    onOpen,
    rowCount: rows.length,
    columnCount: looks.length,
    pageRows: Math.max(1, rowItems.length - 2 * OVERSCAN_ROWS - 2),
    onSort: (column, multi) =>
      table.getColumn(looks[column]?.name ?? "")?.toggleSorting(undefined, multi),
    onFilter: (column) => {
      columnFilters.onOpen(looks[column]?.name ?? null);
    },
  });

  return (
    <div
      ref={scroller}
      className={styles.grid}
      role="grid"
      aria-label="Rows"
      aria-describedby={helpId}
      aria-rowcount={props.total + 1}
      aria-colcount={looks.length}
      aria-activedescendant={active ? cellId(active) : undefined}
      aria-busy={props.isStale}
      data-stale={props.isStale}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div
        role="presentation"
        style={{
          width: columnWindow.getTotalSize(),
          height: rowWindow.getTotalSize(),
        }}
        className={styles.canvas}
      >
        <HeaderRow
          table={table}
          looks={looks}
          columns={columnItems}
          active={active}
          columnFilters={columnFilters}
        />
        <div role="rowgroup">
          {rowItems.map(({ index, start }) => (
            <GridRow
              key={index}
              index={index}
              top={start}
              row={rows[index]?.original}
              looks={looks}
              columns={columnItems}
              activeColumn={active?.row === index ? active.column : null}
              onActive={onActive}
              onOpen={onOpen}
            />
          ))}
        </div>
      </div>
      <span id={helpId} hidden>
        Arrow keys move, Enter opens the row. In the header, Enter sorts, Shift and Enter sorts by
        several columns, Alt and Enter filters.
      </span>
    </div>
  );
}
