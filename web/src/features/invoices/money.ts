const PLAIN = /^(-?)(\d+)(?:\.(\d*))?$/;
const PLACES = 2;

interface Exact {
  units: bigint;
  places: number;
}

function exactOf(text: string): Exact | null {
  const match = PLAIN.exec(text.trim());
  if (!match) return null;
  const [, sign = "", whole = "", fraction = ""] = match;
  const units = BigInt(whole + fraction);
  return { units: sign === "-" ? -units : units, places: fraction.length };
}

function textOf(units: bigint, places: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  const fraction = digits.slice(digits.length - places);
  return (units < 0n ? "-" : "") + (places === 0 ? whole : `${whole}.${fraction}`);
}

/** To two places, halves away from zero, as the server does it. */
function round({ units, places }: Exact): bigint {
  if (places <= PLACES) return units * 10n ** BigInt(PLACES - places);
  const step = 10n ** BigInt(places - PLACES);
  const size = units < 0n ? -units : units;
  const rounded = (size * 2n + step) / (step * 2n);
  return units < 0n ? -rounded : rounded;
}

/** Quantity × unit price in cents, without a double; null where one is no plain number. */
export function amountOfLine(quantity: string, unitPrice: string): string | null {
  const [left, right] = [exactOf(quantity), exactOf(unitPrice)];
  if (!left || !right) return null;
  const product = { units: left.units * right.units, places: left.places + right.places };
  return textOf(round(product), PLACES);
}

/** The exact sum; what is no number is left out. */
export function sumOf(amounts: readonly (string | null)[]): string {
  const all = amounts.map((amount) => exactOf(amount ?? "")).filter((one) => one !== null);
  const places = Math.max(PLACES, ...all.map((one) => one.places));
  const units = all.reduce((sum, one) => sum + one.units * 10n ** BigInt(places - one.places), 0n);
  return textOf(units, places);
}
