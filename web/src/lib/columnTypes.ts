/** What the app does with a column follows from the family of its type. */
export type TypeFamily = "text" | "number" | "boolean" | "date" | "time";

const FAMILIES: readonly [RegExp, TypeFamily][] = [
  [/^(integer|bigint|hugeint|double|decimal)/, "number"],
  [/^boolean/, "boolean"],
  [/^date$/, "date"],
  [/^timestamp/, "time"],
];

export function familyOf(type: string): TypeFamily {
  return FAMILIES.find(([pattern]) => pattern.test(type))?.[1] ?? "text";
}

/** Digits after the point of decimal(p,s); null for other types. */
export function scaleOf(type: string): number | null {
  const match = /^decimal\(\d+,\s*(\d+)\)$/.exec(type);
  return match?.[1] === undefined ? null : Number(match[1]);
}

const NAMES: Record<string, string> = {
  text: "text",
  integer: "whole number",
  double: "number",
  boolean: "yes or no",
  date: "date",
  timestamp: "date and time",
  timestamptz: "date and time with zone",
};

/** The type in words: "decimal, 2 places", "whole number". */
export function describeType(type: string): string {
  const scale = scaleOf(type);
  if (scale !== null) return `decimal, ${scale} ${scale === 1 ? "place" : "places"}`;
  return NAMES[type] ?? type;
}
