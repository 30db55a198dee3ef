import type { Breakdown } from "@/api/types";
import {
  FIELD_WORDS,
  FIELDS,
  MISSING,
  type Field,
  type Measure,
} from "@/features/dashboard/dashboardSearch";
import { formatInteger } from "@/lib/format";

export interface BreakdownRow extends Record<Measure, string | null> {
  key: string;
  label: string;
  orders: number;
  /** What a click filters by; null for the rest of the values. */
  value: string | null;
  isPicked: boolean;
}

/** The breakdowns in the order of the page. */
export const BREAKDOWNS: Readonly<Record<string, string>> = {
  city: "Cities",
  county: "Counties",
  zip: "Zip codes",
  category: "Categories",
  vendor: "Vendors",
  store: "Stores",
  item: "Items",
  country: "Countries",
  customer: "Customers",
};

function isField(name: string): name is Field {
  return (FIELDS as readonly string[]).includes(name);
}

/** The filters that there are, in the order of the bar. */
export function fieldsIn(names: readonly string[]): Field[] {
  return FIELDS.filter((field) => names.includes(field));
}

export interface Look {
  title: string;
  /** What stands above the names: "City". */
  heading: string;
  /** The filter that a click sets. */
  field: Field;
}

export function lookOf(name: string, { filter }: Breakdown): Look | null {
  const title = BREAKDOWNS[name];
  if (title === undefined || !isField(filter)) return null;
  return { title, heading: FIELD_WORDS[filter], field: filter };
}

/** The rows of a breakdown, the rest of the values last. */
export function toRows(
  { items, rest }: Breakdown,
  isPicked: (value: string) => boolean,
): BreakdownRow[] {
  const rows = items.map((item) => {
    const value = item.value ?? MISSING;
    const label = item.label ?? item.value ?? "missing";
    return { ...item, key: value, value, label: label || "(empty)", isPicked: isPicked(value) };
  });
  if (!rest) return rows;
  const label = `${formatInteger(rest.groups)} more`;
  return [...rows, { ...rest, key: "\0rest", value: null, label, isPicked: false }];
}

/** How many values a breakdown has in all. */
export function countGroups({ items, rest }: Breakdown): number {
  return items.length + (rest?.groups ?? 0);
}
