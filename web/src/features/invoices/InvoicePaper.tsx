import { Facts } from "@/components/Facts";
import list from "@/components/listTable.module.css";
import type { Invoice } from "@/features/invoices/invoiceQueries";
import { dateWords } from "@/features/invoices/InvoiceTable";
import styles from "@/features/invoices/invoices.module.css";
import { LinesTable } from "@/features/invoices/LinesTable";
import { formatExact } from "@/lib/amounts";

function HeadFacts({ invoice }: { invoice: Invoice }) {
  const { store } = invoice;
  const place = [store.address, [store.zip, store.city].filter(Boolean).join(" "), store.county];
  const facts: readonly [string, string | null][] = [
    ["Date", dateWords(invoice.date)],
    ["Customer", invoice.customer],
    ["Country", invoice.country],
    ["Store", [store.name, store.number && `(${store.number})`].filter(Boolean).join(" ")],
    ["Address", place.filter(Boolean).join(", ")],
  ];
  return <Facts facts={facts.filter(([, words]) => words !== "")} isGrid />;
}

/** Sums over the lines; cost and profit only where a cost is known. */
function Totals({ totals }: Pick<Invoice, "totals">) {
  const sums: readonly [string, string | null, number][] = [
    ["Quantity", totals.quantity, 0],
    ["Cost", totals.cost, 2],
    ["Profit", totals.profit, 2],
    ["Amount", totals.amount, 2],
  ];
  return (
    <dl className={styles.totals} aria-label="Totals">
      {sums
        .filter(([label, value]) => value !== null || label === "Amount")
        .map(([label, value, places]) => (
          <div key={label} data-inner={label === "Cost" || label === "Profit"}>
            <dt>{label}</dt>
            <dd>{formatExact(value, places)}</dd>
          </div>
        ))}
    </dl>
  );
}

/** What stands on an invoice, on screen and on paper. */
export function InvoicePaper({ invoice }: { invoice: Invoice }) {
  return (
    <>
      <HeadFacts invoice={invoice} />
      <div className={list.card}>
        <LinesTable lines={invoice.lines} />
        <Totals totals={invoice.totals} />
      </div>
    </>
  );
}
