import type { QueryPairs } from "@/api/queries";
import { textParam } from "@/lib/search";

/** What the dashboard can be narrowed by, in the order of its filter bar. */
export const FIELDS = [
  "store_name",
  "city",
  "zip",
  "county",
  "category_name",
  "vendor_name",
  "item_number",
  "store_location",
  "county_number",
  "category",
  "vendor_number",
  "store_number",
  "item_name",
  "country",
  "customer",
] as const;

export type Field = (typeof FIELDS)[number];

export const FIELD_WORDS: Record<Field, string> = {
  store_name: "Store",
  city: "City",
  zip: "Zip code",
  county: "County",
  category_name: "Category",
  vendor_name: "Vendor",
  item_number: "Item",
  store_location: "Location",
  county_number: "County no.",
  category: "Category no.",
  vendor_number: "Vendor no.",
  store_number: "Store no.",
  item_name: "Item name",
  country: "Country",
  customer: "Customer",
};

/** How the address writes a value that is missing; the API takes an empty one. */
export const MISSING = "(missing)";

export const GRAINS = ["day", "week", "month", "quarter"] as const;
export type SeriesGrain = (typeof GRAINS)[number];

export const MEASURES = ["sales", "profit", "units"] as const;
export type Measure = (typeof MEASURES)[number];

export const MEASURE_WORDS: Record<Measure, string> = {
  sales: "Sales",
  profit: "Profit",
  units: "Units",
};

type Picks = Partial<Record<Field, string[]>>;

/** The whole state of the dashboard, as it stands in the address. */
export interface DashboardSearch extends Picks {
  /** First and last day, both included. */
  date_from?: string;
  date_to?: string;
  grain?: SeriesGrain;
  measure?: Measure;
  view?: "table";
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function oneOf<T extends string>(values: readonly T[], value: unknown): T | undefined {
  return values.find((one) => one === value);
}

function dayParam(value: unknown): string | undefined {
  const text = textParam(value);
  return text !== undefined && DAY.test(text) ? text : undefined;
}

function picksParam(value: unknown): string[] | undefined {
  const values = (Array.isArray(value) ? value : [value]).filter(
    (one): one is string => typeof one === "string" && one !== "",
  );
  return values.length === 0 ? undefined : [...new Set(values)];
}

/** What an address says; what it cannot mean is left out. */
export function readDashboardSearch(search: Record<string, unknown>): DashboardSearch {
  const picks: Picks = {};
  for (const field of FIELDS) {
    const values = picksParam(search[field]);
    if (values) picks[field] = values;
  }
  return {
    ...picks,
    date_from: dayParam(search.date_from),
    date_to: dayParam(search.date_to),
    grain: oneOf(GRAINS, search.grain),
    measure: oneOf(MEASURES, search.measure),
    view: search.view === "table" ? "table" : undefined,
  };
}

/** The filters as parameters of the API. */
export function filterPairs(search: DashboardSearch): QueryPairs {
  const picks = FIELDS.flatMap((field) =>
    (search[field] ?? []).map((value): [string, string] => [field, value === MISSING ? "" : value]),
  );
  const dates = (["date_from", "date_to"] as const).flatMap((name): [string, string][] => {
    const value = search[name];
    return value === undefined ? [] : [[name, value]];
  });
  return [...picks, ...dates];
}

/** The part of the state that decides about the figures, as parameters of the API. */
export function figurePairs(search: DashboardSearch): QueryPairs {
  const filters = filterPairs(search);
  return search.grain === undefined ? filters : [...filters, ["grain", search.grain]];
}

export function isPicked(search: DashboardSearch, field: Field, value: string): boolean {
  return search[field]?.includes(value) === true;
}

/** Adds a value to those picked of a field, or takes it away again. */
export function togglePick(search: DashboardSearch, field: Field, value: string): DashboardSearch {
  const picked = search[field] ?? [];
  const next = picked.includes(value) ? picked.filter((one) => one !== value) : [...picked, value];
  return { ...search, [field]: next.length === 0 ? undefined : next };
}

/** Without any filter and without a range of time; what is shown and how stays. */
export function clearPicks({ grain, measure, view }: DashboardSearch): DashboardSearch {
  return { grain, measure, view };
}

export function countPicks(search: DashboardSearch): number {
  return FIELDS.reduce((count, field) => count + (search[field]?.length ?? 0), 0);
}

export function isNarrowed(search: DashboardSearch): boolean {
  return countPicks(search) > 0 || search.date_from !== undefined || search.date_to !== undefined;
}
