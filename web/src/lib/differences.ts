/** An address counts the same with and without a slash at its end. */
function plain(value: unknown): unknown {
  return typeof value === "string" ? value.trim().replace(/\/+$/, "") : value;
}

/** Whether two things differ in any of the values of these names. */
export function differIn(one: object, other: object, names: readonly string[]): boolean {
  const values = (thing: object) => {
    const all = new Map<string, unknown>(Object.entries(thing));
    return JSON.stringify(names.map((name) => plain(all.get(name) ?? null)));
  };
  return values(one) !== values(other);
}
