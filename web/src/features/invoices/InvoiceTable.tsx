import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";

import { ColumnHeadings, type ListColumn } from "@/components/ColumnHeadings";
import { LinkAnchor } from "@/components/links";
import list from "@/components/listTable.module.css";
import type { InvoiceSummary } from "@/features/invoices/invoiceQueries";
import styles from "@/features/invoices/invoices.module.css";
import { formatExact } from "@/lib/amounts";
import { formatInteger } from "@/lib/format";

const COLUMNS: readonly ListColumn[] = [
  { label: "Number", sort: "number", isNumber: false, isExtra: false },
  { label: "Date", sort: "date", isNumber: false, isExtra: false },
  { label: "Customer", sort: "customer", isNumber: false, isExtra: true },
  { label: "Store", sort: "store", isNumber: false, isExtra: true },
  { label: "Lines", sort: null, isNumber: true, isExtra: true },
  { label: "Amount", sort: "amount", isNumber: true, isExtra: false },
];

/** Every row is as high, so that the place of each is known before it is there. */
const ROW_HEIGHT = 37;
const OVERSCAN = 12;
/** So many rows before the end of what is there, more of it is asked for. */
const AHEAD = 40;

export interface InvoiceRows {
  /** The part of the list that is at hand. */
  invoices: readonly InvoiceSummary[];
  /** Number of its first row in the whole list, from 0. */
  first: number;
  /** How many there are in all, where that is known. */
  total: number | undefined;
  hasMore: boolean;
  onUp: () => void;
  onDown: () => void;
}

interface Props {
  rows: InvoiceRows;
  sort: string | undefined;
  onSort: (sort: string | undefined) => void;
}

/** "2026-01-31T10:00:00" reads better with a space. */
export function dateWords(date: string | null): string {
  return date?.replace("T", " ") ?? "–";
}

function Row({ invoice, index }: { invoice: InvoiceSummary; index: number }) {
  const { invoice_id: id, number, store } = invoice;
  return (
    // The heading is the first row of the table.
    <tr aria-rowindex={index + 2} style={{ height: ROW_HEIGHT }}>
      <th scope="row">
        <LinkAnchor to="/invoices/$id" params={{ id }} size="sm">
          {number}
        </LinkAnchor>
      </th>
      <td>{dateWords(invoice.date)}</td>
      <td data-extra>{invoice.customer ?? "–"}</td>
      <td data-extra>{store.name ?? store.number ?? "–"}</td>
      <td data-number data-extra>
        {formatInteger(invoice.line_count)}
      </td>
      <td data-number>{formatExact(invoice.totals.amount, 2)}</td>
    </tr>
  );
}

/** The rows in sight, and how much room the others take above and below. */
function useWindow({ invoices, first, hasMore, onUp, onDown }: InvoiceRows) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  useEffect(() => {
    const top = body.current?.getBoundingClientRect().top ?? 0;
    setScrollMargin(Math.max(0, top + window.scrollY));
  }, []);
  const end = first + invoices.length;
  const count = end + (hasMore ? 1 : 0);
  const virtual = useWindowVirtualizer({
    count,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    scrollMargin,
    // Until the window is measured, what a tall one shows.
    initialRect: { width: 1280, height: 1000 },
  });
  const items = virtual.getVirtualItems();
  const top = items[0]?.index ?? 0;
  const bottom = items.at(-1)?.index ?? 0;
  const isUp = first > 0 && top < first + AHEAD / 2;
  const isDown = hasMore && bottom >= end - AHEAD;
  useEffect(() => {
    if (isUp) onUp();
    else if (isDown) onDown();
  }, [isUp, isDown, onUp, onDown]);
  const above = top * ROW_HEIGHT;
  return { body, items, above, below: Math.max(0, (count - 1 - bottom) * ROW_HEIGHT) };
}

/** Room for rows that are not drawn. */
function Gap({ height }: { height: number }) {
  if (height === 0) return null;
  return (
    <tr aria-hidden className={styles.gap}>
      <td style={{ height }} />
    </tr>
  );
}

/** One row for each invoice, which leads to it; only those in sight are drawn. */
export function InvoiceTable({ rows, sort, onSort }: Props) {
  const { body, items, above, below } = useWindow(rows);
  return (
    <table
      className={`${list.table} ${styles.invoices}`}
      aria-label="Invoices"
      aria-rowcount={rows.total === undefined ? -1 : rows.total + 1}
    >
      <thead>
        <ColumnHeadings columns={COLUMNS} sort={sort} onSort={onSort} />
      </thead>
      <tbody ref={body}>
        <Gap height={above} />
        {items.map(({ index }) => {
          const invoice = rows.invoices[index - rows.first];
          return invoice ? (
            <Row key={index} invoice={invoice} index={index} />
          ) : (
            <Gap key={index} height={ROW_HEIGHT} />
          );
        })}
        <Gap height={below} />
      </tbody>
    </table>
  );
}
