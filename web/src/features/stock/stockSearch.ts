import type { QueryPairs } from "@/api/queries";
import { textParam } from "@/lib/search";

export const SHOWN = ["low", "negative", "all"] as const;
export type Shown = (typeof SHOWN)[number];

export const SHOWN_WORDS: Record<Shown, string> = {
  low: "Low",
  negative: "Negative",
  all: "Everything",
};

export interface StockSearch {
  /** Which part of the stock; low stock when nothing is said. */
  show?: Shown;
  search?: string;
  /** As the API takes it: "on_hand", "-on_hand". */
  sort?: string;
}

export function readStockSearch(search: Record<string, unknown>): StockSearch {
  return {
    show: SHOWN.find((one) => one === search.show),
    search: textParam(search.search),
    sort: textParam(search.sort),
  };
}

/** As parameters of the API. */
export function stockPairs({ show = "low", search, sort }: StockSearch): QueryPairs {
  const pairs: [string, string][] = [];
  if (show !== "all") pairs.push([show, "true"]);
  if (search !== undefined) pairs.push(["q", search]);
  // Of what is short, the shortest comes first.
  const order = sort ?? (show === "all" ? undefined : "on_hand");
  if (order !== undefined) pairs.push(["sort", order]);
  return pairs;
}

/** The order after a click on a column: rising, falling, and then the usual one again. */
export function nextSort(sort: string | undefined, column: string): string | undefined {
  if (sort === column) return `-${column}`;
  return sort === `-${column}` ? undefined : column;
}
