import type { Dashboard } from "@/api/types";
import { formatExact, formatShare, type Amount } from "@/lib/amounts";

export interface Kpi {
  name: keyof Dashboard["kpis"];
  label: string;
  /** Digits after the point that are always shown. */
  places: number;
  /** A part of a whole, shown in percent. */
  isShare: boolean;
}

/** The tiles of the dashboard, in their order. */
export const KPIS: readonly Kpi[] = [
  { name: "sales", label: "Sales", places: 2, isShare: false },
  { name: "profit", label: "Profit", places: 2, isShare: false },
  { name: "margin", label: "Margin", places: 1, isShare: true },
  { name: "units", label: "Units", places: 0, isShare: false },
  { name: "orders", label: "Orders", places: 0, isShare: false },
  { name: "average_order", label: "Avg. order", places: 2, isShare: false },
  { name: "stock", label: "Stock", places: 0, isShare: false },
];

/** A figure with all its digits, as its tile or its title shows it. */
export function formatKpi({ isShare, places }: Kpi, value: Amount): string {
  return isShare ? formatShare(value) : formatExact(value, places);
}

/** Why a figure cannot be told; what is made of another one has its reason. */
export function reasonFor(name: Kpi["name"], { unavailable }: Dashboard): string | null {
  const made = MADE_OF[name] ?? [];
  return [name, ...made].map((one) => unavailable[one]).find((one) => one !== undefined) ?? null;
}

const MADE_OF: Partial<Record<Kpi["name"], Kpi["name"][]>> = {
  margin: ["profit", "sales"],
  average_order: ["sales"],
};

const STOCK_FIELDS: ReadonlySet<string> = new Set([
  "item_number",
  "item_name",
  "store_name",
  "store_number",
]);

/** What a figure leaves unsaid: stock is known by item and store only, or not at all. */
export function noteFor(
  name: Kpi["name"],
  { stock_basis: basis, filters }: Dashboard,
): string | null {
  if (name !== "stock") return null;
  if (basis === "units_sold") return "Units sold: nothing tells what is on hand.";
  const others = Object.keys(filters).some((field) => !STOCK_FIELDS.has(field));
  return others ? "On hand, whatever the place and kind." : null;
}
