import { familyOf, scaleOf } from "@/lib/columnTypes";

const MIDNIGHT = /^(\d{4,}-\d{2}-\d{2})T00:00:00(?:\.0+)?(?:Z|\+00:00)?$/;

export function isMidnight(value: unknown): boolean {
  return typeof value === "string" && MIDNIGHT.test(value);
}

function padDecimal(text: string, scale: number): string {
  if (scale === 0 || !/^-?\d+(\.\d*)?$/.test(text)) return text;
  const [whole = "", fraction = ""] = text.split(".");
  return `${whole}.${fraction.padEnd(scale, "0")}`;
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return JSON.stringify(value);
}

/**
 * A value as the table shows it: digits as sent, decimals filled to the scale of their column,
 * a time without its "T". With `dateOnly` the midnight of a date that came as a timestamp goes.
 * null has no text: the caller shows it as missing.
 */
export function formatCell(value: unknown, type: string, dateOnly = false): string | null {
  if (value === null || value === undefined) return null;
  const text = textOf(value);
  const scale = scaleOf(type);
  if (scale !== null) return padDecimal(text, scale);
  if (familyOf(type) !== "time") return text;
  const midnight = MIDNIGHT.exec(text);
  if (dateOnly && midnight?.[1]) return midnight[1];
  return text.replace("T", " ");
}
