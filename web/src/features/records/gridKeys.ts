import type { KeyboardEvent } from "react";

/** A cell of the grid; row -1 is the header. */
export interface ActiveCell {
  row: number;
  column: number;
}

export function cellId({ row, column }: ActiveCell): string {
  return `cell-${row}-${column}`;
}

export interface GridBounds {
  rowCount: number;
  columnCount: number;
  /** Rows that Page Up and Page Down move. */
  pageRows: number;
}

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

/** Where a key leads from a cell; null when the key does not move. */
export function moveCell(
  from: ActiveCell,
  key: string,
  withControl: boolean,
  { rowCount, columnCount, pageRows }: GridBounds,
): ActiveCell | null {
  const { row, column } = from;
  const lastRow = rowCount - 1;
  const lastColumn = columnCount - 1;
  const targets: Record<string, ActiveCell> = {
    ArrowUp: { row: withControl ? 0 : row - 1, column },
    ArrowDown: { row: withControl ? lastRow : row + 1, column },
    ArrowLeft: { row, column: withControl ? 0 : column - 1 },
    ArrowRight: { row, column: withControl ? lastColumn : column + 1 },
    PageUp: { row: row - pageRows, column },
    PageDown: { row: row + pageRows, column },
    Home: { row: withControl ? 0 : row, column: 0 },
    End: { row: withControl ? lastRow : row, column: lastColumn },
  };
  const target = targets[key];
  if (!target) return null;
  return {
    row: clamp(target.row, key === "ArrowUp" && !withControl ? -1 : Math.min(row, 0), lastRow),
    column: clamp(target.column, 0, lastColumn),
  };
}

interface GridKeys extends GridBounds {
  active: ActiveCell | null;
  onActive: (cell: ActiveCell) => void;
  onOpen: (row: number) => void;
  onSort: (column: number, multi: boolean) => void;
  onFilter: (column: number) => void;
}

/** The keyboard of the grid. */
export function useGridKeys(grid: GridKeys) {
  const activate = (cell: ActiveCell, event: KeyboardEvent) => {
    if (cell.row >= 0) grid.onOpen(cell.row);
    else if (event.altKey) grid.onFilter(cell.column);
    else grid.onSort(cell.column, event.shiftKey);
  };
  return (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || grid.columnCount === 0) return;
    const { active } = grid;
    if (event.key === "Enter" && active) {
      event.preventDefault();
      activate(active, event);
      return;
    }
    const start = active ?? { row: -1, column: 0 };
    const next = moveCell(start, event.key, event.ctrlKey || event.metaKey, grid);
    if (!next) return;
    event.preventDefault();
    grid.onActive(next);
  };
}
