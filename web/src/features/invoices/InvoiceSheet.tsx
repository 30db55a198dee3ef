import { Button } from "@mantine/core";
import { IconPencil, IconPrinter } from "@tabler/icons-react";

import { LinkAnchor, LinkButton } from "@/components/links";
import { PageHeader } from "@/components/PageHeader";
import { DeleteInvoice } from "@/features/invoices/DeleteInvoice";
import type { Invoice, ReadInvoice } from "@/features/invoices/invoiceQueries";
import { dateWords } from "@/features/invoices/InvoiceTable";
import styles from "@/features/invoices/invoices.module.css";
import { LinesTable } from "@/features/invoices/LinesTable";
import { formatExact } from "@/lib/amounts";

function Actions({ read }: { read: ReadInvoice }) {
  return (
    <div className={styles.actions}>
      <LinkButton
        to="/invoices/$id"
        params={{ id: read.invoice.invoice_id }}
        search={{ edit: "true" }}
        variant="default"
        leftSection={<IconPencil size={15} />}
      >
        Edit
      </LinkButton>
      <Button
        variant="default"
        leftSection={<IconPrinter size={15} />}
        onClick={() => {
          window.print();
        }}
      >
        Print
      </Button>
      <DeleteInvoice read={read} />
    </div>
  );
}

function Facts({ invoice }: { invoice: Invoice }) {
  const { store } = invoice;
  const place = [store.address, [store.zip, store.city].filter(Boolean).join(" "), store.county];
  const facts: readonly [string, string | null][] = [
    ["Date", dateWords(invoice.date)],
    ["Customer", invoice.customer],
    ["Country", invoice.country],
    ["Store", [store.name, store.number && `(${store.number})`].filter(Boolean).join(" ")],
    ["Address", place.filter(Boolean).join(", ")],
  ];
  return (
    <dl className={styles.facts}>
      {facts
        .filter(([, value]) => value)
        .map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
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

/** The invoice to read, which is also what is printed. */
export function InvoiceSheet({ read }: { read: ReadInvoice }) {
  const { invoice } = read;
  return (
    <article className={styles.sheet} aria-label={`Invoice ${invoice.number}`}>
      <div className={styles.screenOnly}>
        <LinkAnchor to="/invoices" size="sm">
          All invoices
        </LinkAnchor>
      </div>
      <PageHeader title={`Invoice ${invoice.number}`} actions={<Actions read={read} />} />
      <Facts invoice={invoice} />
      <div className={styles.card}>
        <LinesTable lines={invoice.lines} />
        <Totals totals={invoice.totals} />
      </div>
    </article>
  );
}
