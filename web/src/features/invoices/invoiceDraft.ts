import type {
  Invoice,
  InvoiceInput,
  InvoiceLine,
  InvoiceStore,
} from "@/features/invoices/invoiceQueries";
import { amountOfLine } from "@/features/invoices/money";

export const LINE_FIELDS = [
  "item_number",
  "item_name",
  "quantity",
  "unit_price",
  "unit_cost",
] as const;
export type LineField = (typeof LINE_FIELDS)[number];

export const HEAD_FIELDS = ["number", "date", "customer", "country"] as const;
export type HeadField = (typeof HEAD_FIELDS)[number];

export const STORE_FIELDS = ["number", "name", "address", "city", "zip", "county"] as const;
export type StoreField = (typeof STORE_FIELDS)[number];

/** A line as it is being typed. */
export interface LineDraft {
  /** Tells the lines apart while they come and go. */
  key: number;
  /** The line it was; null for a new one. */
  base: InvoiceLine | null;
  texts: Record<LineField, string>;
}

export interface InvoiceDraft {
  head: Record<HeadField, string>;
  store: Record<StoreField, string>;
  storeBase: InvoiceStore | null;
  lines: readonly LineDraft[];
}

function textsOf<Name extends string>(
  names: readonly Name[],
  from: Partial<Record<Name, string | null>> | null,
): Record<Name, string> {
  return Object.fromEntries(names.map((name) => [name, from?.[name] ?? ""])) as Record<
    Name,
    string
  >;
}

export function newLine(lines: readonly LineDraft[]): LineDraft {
  const key = Math.max(0, ...lines.map((line) => line.key)) + 1;
  return { key, base: null, texts: textsOf(LINE_FIELDS, null) };
}

/** What the form begins with: an invoice as it is, or an empty one of today with one line. */
export function draftOf(invoice: Invoice | null, today = ""): InvoiceDraft {
  return {
    head: textsOf(HEAD_FIELDS, invoice ?? { date: today }),
    store: textsOf(STORE_FIELDS, invoice?.store ?? null),
    storeBase: invoice?.store ?? null,
    lines: invoice
      ? invoice.lines.map((base, key) => ({ key, base, texts: textsOf(LINE_FIELDS, base) }))
      : [newLine([])],
  };
}

const filled = (text: string) => (text.trim() === "" ? null : text.trim());

/** Whether nobody typed into the line's figures: an imported amount need not be their product. */
function figuresStay({ base, texts }: LineDraft): boolean {
  if (!base) return false;
  return filled(texts.quantity) === base.quantity && filled(texts.unit_price) === base.unit_price;
}

/** What the line comes to; null while that cannot be told. */
export function lineAmount(line: LineDraft): string | null {
  const { base, texts } = line;
  if (base && (figuresStay(line) || filled(texts.unit_price) === null)) return base.amount;
  return amountOfLine(texts.quantity, texts.unit_price);
}

function lineInput(line: LineDraft): NonNullable<InvoiceInput["lines"]>[number] {
  const { base, texts } = line;
  const isKept = base !== null && (figuresStay(line) || filled(texts.unit_price) === null);
  const known = base && {
    line: base.line,
    category: base.category,
    category_name: base.category_name,
    vendor_number: base.vendor_number,
    vendor_name: base.vendor_name,
    pack: base.pack,
    volume_ml: base.volume_ml,
  };
  return {
    ...known,
    item_number: filled(texts.item_number),
    item_name: filled(texts.item_name),
    quantity: filled(texts.quantity),
    unit_price: filled(texts.unit_price),
    unit_cost: filled(texts.unit_cost),
    // What is left out, the server computes.
    ...(isKept ? { amount: base.amount } : {}),
  };
}

/** The body of the request that makes the invoice so. */
export function inputOf({ head, store, storeBase, lines }: InvoiceDraft): InvoiceInput {
  const shop = Object.fromEntries(STORE_FIELDS.map((name) => [name, filled(store[name])]));
  return {
    number: filled(head.number),
    date: filled(head.date),
    customer: filled(head.customer),
    country: filled(head.country),
    store: { ...storeBase, ...shop },
    lines: lines.map(lineInput),
  };
}

/** The errors that no field of the form shows. */
export function otherErrors(
  errors: Readonly<Record<string, string>>,
  lineCount: number,
): [string, string][] {
  const shown = new Set<string>([
    ...HEAD_FIELDS,
    ...STORE_FIELDS.map((name) => `store.${name}`),
    ...Array.from({ length: lineCount }, (_, index) =>
      LINE_FIELDS.map((name) => `lines.${index}.${name}`),
    ).flat(),
  ]);
  return Object.entries(errors).filter(([name]) => !shown.has(name));
}
