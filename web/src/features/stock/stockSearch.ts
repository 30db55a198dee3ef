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
  /** Number or name of a store. */
  store?: string;
  /** As the API takes it: "on_hand", "-on_hand". */
  sort?: string;
}

export function readStockSearch(search: Record<string, unknown>): StockSearch {
  return {
    show: SHOWN.find((one) => one === search.show),
    search: textParam(search.search),
    store: textParam(search.store),
    sort: textParam(search.sort),
  };
}

/** As parameters of the API. */
export function stockPairs({ show = "low", search, store, sort }: StockSearch): QueryPairs {
  const pairs: [string, string][] = [];
  if (show !== "all") pairs.push([show, "true"]);
  if (search !== undefined) pairs.push(["q", search]);
  if (store !== undefined) pairs.push(["store", store]);
  // Of what is short, the shortest comes first.
  const order = sort ?? (show === "all" ? undefined : "on_hand");
  if (order !== undefined) pairs.push(["sort", order]);
  return pairs;
}
