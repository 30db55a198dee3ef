import { formatFigure } from "@/lib/format";
import { LOCALE } from "@/lib/locale";

/** A sum as the API sends it: a string, so that no digit is lost. null where there is none. */
export type Amount = string | number | null | undefined;

const PLAIN = /^-?\d+(\.\d+)?$/;

/** The digits of an amount; null for what is no plain number. */
function digitsOf(value: Amount): `${number}` | null {
  const text = typeof value === "number" ? String(value) : (value ?? "").trim();
  return PLAIN.test(text) ? (text as `${number}`) : null;
}

/** Every digit as it came, grouped, with at least `places` after the point: "1,234.50". */
export function formatExact(value: Amount, places = 0): string {
  const digits = digitsOf(value);
  if (digits === null) return "–";
  const format = new Intl.NumberFormat(LOCALE, {
    minimumFractionDigits: places,
    maximumFractionDigits: 20,
  });
  // Given the text itself, the formatter never goes through a double.
  return format.format(digits);
}

/** A short form where there is little room; the exact one belongs beside it or in its title. */
export function formatShort(value: Amount): string {
  const digits = digitsOf(value);
  return digits === null ? "–" : formatFigure(Number(digits));
}

/** A share or a change, of which 1 is the whole: "33.3 %". With `signed` also "+4.2 %". */
export function formatShare(value: Amount, signed = false): string {
  const digits = digitsOf(value);
  if (digits === null) return "–";
  const percent = 100 * Number(digits);
  const places = Math.abs(percent) >= 1000 ? 0 : 1;
  const number = new Intl.NumberFormat(LOCALE, {
    minimumFractionDigits: places,
    maximumFractionDigits: places,
    signDisplay: signed ? "exceptZero" : "auto",
  });
  return `${number.format(percent)} %`;
}

export function amountOf(value: Amount): number | null {
  const digits = digitsOf(value);
  return digits === null ? null : Number(digits);
}
