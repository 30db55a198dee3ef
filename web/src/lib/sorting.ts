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
