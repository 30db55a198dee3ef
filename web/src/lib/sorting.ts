export interface SortKey {
  id: string;
  desc: boolean;
}

/** "-amount,city" → amount falling, then city rising. */
export function parseSort(sort: string | undefined): SortKey[] {
  return (sort ?? "")
    .split(",")
    .filter((part) => part.replace(/^-/, "") !== "")
    .map((part) => ({ id: part.replace(/^-/, ""), desc: part.startsWith("-") }));
}

export function formatSort(keys: readonly SortKey[]): string | undefined {
  return keys.map(({ id, desc }) => (desc ? `-${id}` : id)).join(",") || undefined;
}

/** The order after a click on a column: rising, falling, and then the usual one again. */
export function nextSort(sort: string | undefined, column: string): string | undefined {
  if (sort === column) return `-${column}`;
  return sort === `-${column}` ? undefined : column;
}
