import type { QueryPairs } from "@/api/queries";
import { textParam } from "@/lib/search";

export interface InvoiceSearch {
  search?: string;
  /** First and last day, as "2026-01-31". */
  from?: string;
  to?: string;
  /** As the API takes it: "amount", "-amount"; the newest first when nothing is said. */
  sort?: string;
}

export function readInvoiceSearch(search: Record<string, unknown>): InvoiceSearch {
  return {
    search: textParam(search.search),
    from: textParam(search.from),
    to: textParam(search.to),
    sort: textParam(search.sort),
  };
}

/** As parameters of the API. */
export function invoicePairs({ search, from, to, sort }: InvoiceSearch): QueryPairs {
  const all: [string, string | undefined][] = [
    ["search", search],
    ["date_from", from],
    ["date_to", to],
    ["sort", sort],
  ];
  return all.filter((pair): pair is [string, string] => pair[1] !== undefined);
}

/** The order after a click on a column: rising, falling, and then the usual one again. */
export function nextSort(sort: string | undefined, column: string): string | undefined {
  if (sort === column) return `-${column}`;
  return sort === `-${column}` ? undefined : column;
}
