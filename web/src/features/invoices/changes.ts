import type { Invoice, InvoiceLine } from "@/features/invoices/invoiceQueries";
import { formatExact } from "@/lib/amounts";

/** One thing that differs between two states of an invoice. */
export interface Change {
  label: string;
  before: string | null;
  after: string | null;
}

const HEAD = [
  ["number", "Number"],
  ["date", "Date"],
  ["customer", "Customer"],
  ["country", "Country"],
] as const;

const STORE = [
  ["number", "Store number"],
  ["name", "Store"],
  ["address", "Address"],
  ["city", "City"],
  ["zip", "Zip code"],
  ["location", "Location"],
  ["county_number", "County number"],
  ["county", "County"],
] as const;

const LINE = [
  ["item_number", "item number"],
  ["item_name", "item"],
  ["category", "category"],
  ["category_name", "category name"],
  ["vendor_number", "vendor number"],
  ["vendor_name", "vendor"],
  ["pack", "pack"],
  ["volume_ml", "volume"],
  ["quantity", "quantity"],
  ["unit_price", "unit price"],
  ["unit_cost", "unit cost"],
  ["amount", "amount"],
] as const;

function fieldChanges<Name extends string>(
  names: readonly (readonly [Name, string])[],
  before: Record<Name, string | null>,
  after: Record<Name, string | null>,
): Change[] {
  return names
    .map(([name, label]) => ({ label, before: before[name], after: after[name] }))
    .filter((change) => change.before !== change.after);
}

/** A line in words: "12 × Gin at 10.75". */
function lineWords(line: InvoiceLine): string {
  const item = line.item_name ?? line.item_number ?? "no item";
  const price = line.unit_price === null ? "" : ` at ${formatExact(line.unit_price, 2)}`;
  return `${formatExact(line.quantity)} × ${item}${price}`;
}

function lineChanges(before: readonly InvoiceLine[], after: readonly InvoiceLine[]): Change[] {
  const old = new Map(before.map((line) => [line.line, line]));
  const now = new Map(after.map((line) => [line.line, line]));
  const numbers = [...new Set([...old.keys(), ...now.keys()])].sort((one, two) => one - two);
  return numbers.flatMap((number) => {
    const [was, is] = [old.get(number), now.get(number)];
    if (was && is) {
      return fieldChanges(LINE, was, is).map((change) => ({
        ...change,
        label: `Line ${number}, ${change.label}`,
      }));
    }
    const words = { before: was ? lineWords(was) : null, after: is ? lineWords(is) : null };
    return [{ label: `Line ${number}`, ...words }];
  });
}

/** What became of an invoice, from its head to its last line. */
export function changesBetween(before: Invoice, after: Invoice): Change[] {
  return [
    ...fieldChanges(HEAD, before, after),
    ...fieldChanges(STORE, before.store, after.store),
    ...lineChanges(before.lines, after.lines),
  ];
}
