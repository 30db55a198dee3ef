import type { Column, Row } from "@/api/types";
import { formatCell, isMidnight } from "@/lib/cells";
import { familyOf, type TypeFamily } from "@/lib/columnTypes";

/** How a column is drawn. */
export interface ColumnLook {
  name: string;
  label: string;
  type: string;
  family: TypeFamily;
  isRight: boolean;
  /** A timestamp column whose times are all midnight shows dates. */
  isDateOnly: boolean;
  /** Pixels, before anyone resizes it. */
  width: number;
}

const SAMPLE = 60;
const CHARACTER = 7.3;
const PADDING = 26;
/** Icon, sort mark and filter button of a header, with their gaps. */
const HEADER_EXTRAS = 88;
const WIDEST_HEADER = 260;
const NARROWEST = 84;
const WIDEST = 300;

function isDateOnly(column: Column, rows: readonly Row[]): boolean {
  if (familyOf(column.type) !== "time") return false;
  const values = rows.map((row) => row[column.name]).filter((value) => value != null);
  return values.length > 0 && values.every(isMidnight);
}

/** Capitals are wider than the rest. */
function labelWidth(label: string): number {
  const capitals = label.replaceAll(/[^A-Z]/g, "").length;
  return capitals * 8.6 + (label.length - capitals) * 7;
}

function fitWidth(column: Column, rows: readonly Row[], dateOnly: boolean): number {
  const lengths = rows.map(
    (row) => formatCell(row[column.name], column.type, dateOnly)?.length ?? 4,
  );
  const content = Math.max(0, ...lengths) * CHARACTER + PADDING;
  const header = labelWidth(column.label) + HEADER_EXTRAS;
  return Math.round(
    Math.min(WIDEST, Math.max(NARROWEST, content, Math.min(header, WIDEST_HEADER))),
  );
}

/** How each column is drawn, judged by the first rows. */
export function toLooks(columns: readonly Column[], firstRows: readonly Row[]): ColumnLook[] {
  const sample = firstRows.slice(0, SAMPLE);
  return columns.map((column) => {
    const family = familyOf(column.type);
    const dateOnly = isDateOnly(column, sample);
    return {
      name: column.name,
      label: column.label,
      type: column.type,
      family,
      isRight: family === "number",
      isDateOnly: dateOnly,
      width: fitWidth(column, sample, dateOnly),
    };
  });
}
