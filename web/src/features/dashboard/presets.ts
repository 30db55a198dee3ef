import { formatPeriod } from "@/lib/periods";

/** Days, both included; undefined where it is open. */
export interface DayRange {
  from?: string;
  to?: string;
}

export interface Preset extends DayRange {
  label: string;
}

const DAY_MS = 86_400_000;

function parse(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}

function iso(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** The same day some months earlier, or that month's last day where it has no such day. */
function monthsBefore(day: string, months: number): string {
  const date = parse(day);
  const month = date.getUTCMonth() - months;
  const last = new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate();
  return iso(new Date(Date.UTC(date.getUTCFullYear(), month, Math.min(date.getUTCDate(), last))));
}

function dayAfter(day: string): string {
  return iso(new Date(parse(day).getTime() + DAY_MS));
}

function lastMonths(last: string, months: number): DayRange {
  return { from: dayAfter(monthsBefore(last, months)), to: last };
}

/**
 * Ranges that make sense for data that ends on `last`: counted from its last day and not from
 * today, because data of last year has no sales of this week.
 */
export function presetsFor(last: string): Preset[] {
  const year = last.slice(0, 4);
  const before = String(Number(year) - 1);
  return [
    { label: "All time" },
    { label: "Last 30 days", from: iso(new Date(parse(last).getTime() - 29 * DAY_MS)), to: last },
    { label: "Last 3 months", ...lastMonths(last, 3) },
    { label: "Last 6 months", ...lastMonths(last, 6) },
    { label: "Last 12 months", ...lastMonths(last, 12) },
    { label: year, from: `${year}-01-01`, to: `${year}-12-31` },
    { label: before, from: `${before}-01-01`, to: `${before}-12-31` },
  ];
}

function isSame(a: DayRange, b: DayRange): boolean {
  return a.from === b.from && a.to === b.to;
}

/** A range in words: a preset's name, or its days. */
export function rangeWords(range: DayRange, presets: readonly Preset[]): string {
  const { from, to } = range;
  const preset = presets.find((one) => isSame(one, range));
  if (preset) return preset.label;
  if (from !== undefined && to !== undefined) {
    const first = formatPeriod(from, "day");
    return from === to ? first : `${first} – ${formatPeriod(to, "day")}`;
  }
  if (from !== undefined) return `From ${formatPeriod(from, "day")}`;
  return to === undefined ? "All time" : `Until ${formatPeriod(to, "day")}`;
}
