import type { QueryPairs } from "@/api/queries";
import { textParam } from "@/lib/search";

/** What the list can be narrowed by, and how the API calls it. */
const FILTERS = {
  search: "search",
  store: "store",
  city: "city",
  customer: "customer",
  from: "date_from",
  to: "date_to",
} as const;

type Filter = keyof typeof FILTERS;

const NAMES = Object.keys(FILTERS) as Filter[];

/** Texts are parts of what they name; days are first and last day, as "2026-01-31". */
export type InvoiceSearch = Partial<Record<Filter, string>> & {
  /** As the API takes it: "amount", "-amount"; the newest first when nothing is said. */
  sort?: string;
};

export function readInvoiceSearch(search: Record<string, unknown>): InvoiceSearch {
  const filters = NAMES.map((name) => [name, textParam(search[name])] as const);
  return { ...Object.fromEntries(filters), sort: textParam(search.sort) };
}

export function isNarrowed(search: InvoiceSearch): boolean {
  return NAMES.some((name) => search[name] !== undefined);
}

/** The search without its filters, in the same order. */
export function unfiltered({ sort }: InvoiceSearch): InvoiceSearch {
  return { ...readInvoiceSearch({}), sort };
}

/** As parameters of the API. */
export function invoicePairs(search: InvoiceSearch): QueryPairs {
  const all: [string, string | undefined][] = [
    ...NAMES.map((name): [string, string | undefined] => [FILTERS[name], search[name]]),
    ["sort", search.sort],
  ];
  return all.filter((pair): pair is [string, string] => pair[1] !== undefined);
}
