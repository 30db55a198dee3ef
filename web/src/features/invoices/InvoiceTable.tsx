import { UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";

import { LinkAnchor } from "@/components/links";
import type { InvoiceSummary } from "@/features/invoices/invoiceQueries";
import { nextSort } from "@/features/invoices/invoiceSearch";
import styles from "@/features/invoices/invoices.module.css";
import { formatExact } from "@/lib/amounts";
import { formatInteger } from "@/lib/format";

interface Props {
  invoices: readonly InvoiceSummary[];
  sort: string | undefined;
  onSort: (sort: string | undefined) => void;
}

interface Column {
  label: string;
  /** What the API sorts by; null where it does not. */
  sort: string | null;
  isNumber: boolean;
  /** Left out where the window is narrow. */
  isExtra: boolean;
}

const COLUMNS: readonly Column[] = [
  { label: "Number", sort: "number", isNumber: false, isExtra: false },
  { label: "Date", sort: "date", isNumber: false, isExtra: false },
  { label: "Customer", sort: "customer", isNumber: false, isExtra: true },
  { label: "Store", sort: "store", isNumber: false, isExtra: true },
  { label: "Lines", sort: null, isNumber: true, isExtra: true },
  { label: "Amount", sort: "amount", isNumber: true, isExtra: false },
];

function Heading({ column, sort, onSort }: { column: Column } & Omit<Props, "invoices">) {
  const { sort: name, label, isNumber, isExtra } = column;
  const order = sort === name ? "ascending" : sort === `-${name}` ? "descending" : undefined;
  const Arrow = order === "descending" ? IconArrowDown : IconArrowUp;
  return (
    <th
      scope="col"
      aria-sort={name === null ? undefined : order}
      data-number={isNumber}
      data-extra={isExtra}
    >
      {name === null ? (
        label
      ) : (
        <UnstyledButton className={styles.heading} onClick={() => onSort(nextSort(sort, name))}>
          {label}
          {order !== undefined && <Arrow size={13} aria-hidden />}
        </UnstyledButton>
      )}
    </th>
  );
}

/** "2026-01-31T10:00:00" reads better with a space. */
export function dateWords(date: string | null): string {
  return date?.replace("T", " ") ?? "–";
}

/** One row for each invoice, which leads to it. */
export function InvoiceTable({ invoices, sort, onSort }: Props) {
  return (
    <table className={styles.table} aria-label="Invoices">
      <thead>
        <tr>
          {COLUMNS.map((column) => (
            <Heading key={column.label} column={column} sort={sort} onSort={onSort} />
          ))}
        </tr>
      </thead>
      <tbody>
        {invoices.map((invoice) => (
          <tr key={invoice.invoice_id}>
            <th scope="row">
              <LinkAnchor
                to="/invoices/$id"
                params={{ id: invoice.invoice_id }}
                className={styles.name}
                size="sm"
              >
                {invoice.number}
              </LinkAnchor>
            </th>
            <td>{dateWords(invoice.date)}</td>
            <td data-extra className={styles.name}>
              {invoice.customer ?? "–"}
            </td>
            <td data-extra className={styles.name}>
              {invoice.store.name ?? invoice.store.number ?? "–"}
            </td>
            <td data-number data-extra>
              {formatInteger(invoice.line_count)}
            </td>
            <td data-number>{formatExact(invoice.totals.amount, 2)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
