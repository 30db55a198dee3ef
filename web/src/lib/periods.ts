import type { Grain } from "@/api/types";
import type { Filter } from "@/lib/filters";
import { LOCALE } from "@/lib/locale";

/** Half-open span of ISO dates (or date-times for hours): from ≤ t < to. */
export interface Span {
  from: string;
  to: string;
}

export const GRAINS: readonly Grain[] = ["day", "week", "month", "quarter", "year"];

const MONTHS: Partial<Record<Grain, number>> = { month: 1, quarter: 3, year: 12 };
const DAYS: Partial<Record<Grain, number>> = { day: 1, week: 7 };
const DAY_MS = 86_400_000;

function parseStart(value: string): Date {
  return new Date(value.length <= 10 ? `${value}T00:00:00Z` : `${value.slice(0, 19)}Z`);
}

function isoDate(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** The span of the period that starts at `start`, as the API's time grains cut it. */
export function periodSpan(start: string, grain: Grain): Span {
  const date = parseStart(start);
  if (grain === "hour") {
    const end = new Date(date.getTime() + 3_600_000);
    return { from: date.toISOString().slice(0, 19), to: end.toISOString().slice(0, 19) };
  }
  const months = MONTHS[grain];
  const end =
    months === undefined
      ? new Date(date.getTime() + (DAYS[grain] ?? 1) * DAY_MS)
      : new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, date.getUTCDate()));
  return { from: isoDate(date), to: isoDate(end) };
}

export function spanFilters(column: string, { from, to }: Span): Filter[] {
  return [
    { column, operator: "gte", value: from },
    { column, operator: "lt", value: to },
  ];
}

/** The span that a pair of from/before filters on the column makes, if there is one. */
export function spanOf(filters: readonly Filter[], column: string): Span | null {
  const on = (operator: string) =>
    filters.find((filter) => filter.column === column && filter.operator === operator)?.value;
  const from = on("gte");
  const to = on("lt");
  return from !== undefined && to !== undefined ? { from, to } : null;
}

function format(date: Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(LOCALE, { ...options, timeZone: "UTC" }).format(date);
}

/** The name of a period: "Feb 2003", "Q1 2003", "3 Feb 2003", "Week of 3 Feb 2003", "2003". */
export function formatPeriod(start: string, grain: Grain): string {
  const date = parseStart(start);
  if (Number.isNaN(date.getTime())) return start;
  if (grain === "year") return String(date.getUTCFullYear());
  if (grain === "quarter") {
    return `Q${Math.floor(date.getUTCMonth() / 3) + 1} ${date.getUTCFullYear()}`;
  }
  if (grain === "month") return format(date, { month: "short", year: "numeric" });
  const day = format(date, { day: "numeric", month: "short", year: "numeric" });
  if (grain === "week") return `Week of ${day}`;
  return grain === "hour" ? `${day}, ${date.toISOString().slice(11, 16)}` : day;
}

/** A span in words, as a period where it is exactly one. */
export function formatSpan({ from, to }: Span): string {
  const grain = GRAINS.find((one) => {
    const span = periodSpan(from, one);
    return span.to === to.slice(0, 10) && isPeriodStart(from, one);
  });
  if (grain) return formatPeriod(from, grain);
  const last = new Date(parseStart(to).getTime() - 1);
  return `${formatPeriod(from, "day")} – ${formatPeriod(isoDate(last), "day")}`;
}

function isPeriodStart(iso: string, grain: Grain): boolean {
  const date = parseStart(iso);
  if (grain === "day" || grain === "week") return true;
  if (date.getUTCDate() !== 1) return false;
  return grain === "month" || date.getUTCMonth() % (MONTHS[grain] ?? 1) === 0;
}

/** Every period start from the first to the last, so that gaps show as gaps. At most `max`. */
export function fillPeriods(starts: readonly string[], grain: Grain, max = 5000): string[] {
  const sorted = [...starts].sort();
  const first = sorted[0];
  const last = sorted.at(-1);
  if (first === undefined || last === undefined) return [];
  const filled: string[] = [];
  let at = first;
  while (at <= last && filled.length < max) {
    filled.push(at);
    at = periodSpan(at, grain).to;
  }
  return filled;
}
