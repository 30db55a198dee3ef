import { LOCALE } from "@/lib/locale";

const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat(LOCALE, {
  notation: "compact",
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const axis = new Intl.NumberFormat(LOCALE, { notation: "compact", maximumFractionDigits: 1 });
const figure = new Intl.NumberFormat(LOCALE, {
  notation: "compact",
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
const dateTime = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "short" });
const toTheSecond = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "medium" });
const dayOnly = new Intl.DateTimeFormat(LOCALE, { dateStyle: "full" });

export function formatInteger(value: number): string {
  return whole.format(value);
}

/** "1 row", "2,823 rows". */
export function countOf(value: number, singular: string, plural = `${singular}s`): string {
  return `${formatInteger(value)} ${value === 1 ? singular : plural}`;
}

/** A short form for bars and axes: 1,234 stays as it is, 194,487 becomes 194.5K. */
export function formatCompact(value: number): string {
  if (Math.abs(value) < 10_000) return formatDecimal(value);
  return compact.format(value);
}

/** A key figure: whole up to a million (99,067), then short (10.03M). */
export function formatFigure(value: number): string {
  if (Math.abs(value) < 10_000) return formatDecimal(value);
  return Math.abs(value) < 1_000_000 ? whole.format(value) : figure.format(value);
}

/** An axis label: as short as it can be (10K, 1.5M). */
export function formatAxis(value: number): string {
  return axis.format(value);
}

/** At most two decimals, fewer digits the larger the number. */
export function formatDecimal(value: number, digits = 2): string {
  const fraction = Number.isInteger(value) ? 0 : digits;
  return value.toLocaleString(LOCALE, {
    minimumFractionDigits: fraction,
    maximumFractionDigits: fraction,
  });
}

/** A metric as the API sends it (a number, or a string where a double would lose digits). */
export function toNumber(value: unknown): number | null {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.trim() === "") return null;
  const parsed = Number(value);
  return Number.isNaN(parsed) ? null : parsed;
}

const BYTE_UNITS = ["B", "KB", "MB", "GB", "TB"] as const;

/** Decimal units, as file managers show them: 527 KB, 1.09 GB. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${BYTE_UNITS[unit] ?? ""}`;
}

export function formatPercent(part: number, total: number): string {
  if (total <= 0) return "0 %";
  return `${Math.floor((100 * part) / total)} %`;
}

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** "2 min. ago"; within the last minute "just now". */
export function formatAgo(iso: string, now = Date.now()): string {
  const seconds = (new Date(iso).getTime() - now) / 1000;
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return "just now";
}

/** "in 9 min."; within a minute "in a moment", and "any moment" for what is due. */
export function formatAhead(iso: string, now = Date.now()): string {
  const ahead = new Date(iso).getTime() - now;
  if (ahead <= 0) return "any moment";
  return ahead < 60_000 ? "in a moment" : formatAgo(iso, now);
}

export function formatDateTime(iso: string): string {
  return dateTime.format(new Date(iso));
}

/** With seconds, for what may happen several times in a minute. */
export function formatSecond(iso: string): string {
  return toTheSecond.format(new Date(iso));
}

/**
 * "Mon, Nov 23, 6:30 AM (Europe/Berlin)": what the clocks of a zone show then. Without a zone, or
 * with one that the browser does not know, what one's own clock shows.
 */
export function formatInZone(iso: string, timeZone?: string): string {
  const parts = {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "numeric",
    minute: "2-digit",
  } as const;
  const moment = new Date(iso);
  if (timeZone === undefined) return moment.toLocaleString(LOCALE, parts);
  try {
    return `${moment.toLocaleString(LOCALE, { ...parts, timeZone })} (${timeZone})`;
  } catch {
    return moment.toLocaleString(LOCALE, parts);
  }
}

export function formatDay(iso: string): string {
  return dayOnly.format(new Date(iso));
}

/** Between two moments: "0.4 s", "12 s", "3 min 20 s". */
export function formatDuration(fromIso: string, toIso: string): string {
  const seconds = Math.max(0, (new Date(toIso).getTime() - new Date(fromIso).getTime()) / 1000);
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
