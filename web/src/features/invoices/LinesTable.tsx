import list from "@/components/listTable.module.css";
import type { InvoiceLine } from "@/features/invoices/invoiceQueries";
import styles from "@/features/invoices/invoices.module.css";
import { formatExact } from "@/lib/amounts";

function Row({ line }: { line: InvoiceLine }) {
  const aside = [line.item_name === null ? null : line.item_number, line.category_name];
  return (
    <tr>
      <td data-extra data-number>
        {line.line}
      </td>
      <th scope="row">
        <span className={list.name}>{line.item_name ?? line.item_number ?? "–"}</span>
        <span className={styles.aside}>{aside.filter(Boolean).join(" · ")}</span>
      </th>
      <td data-number>{formatExact(line.quantity)}</td>
      <td data-number>{formatExact(line.unit_price, 2)}</td>
      <td data-number>{formatExact(line.amount, 2)}</td>
    </tr>
  );
}

export function LinesTable({ lines }: { lines: readonly InvoiceLine[] }) {
  return (
    <table className={list.table} aria-label="Lines">
      <thead>
        <tr>
          <th scope="col" data-extra data-number>
            Line
          </th>
          <th scope="col">Item</th>
          <th scope="col" data-number>
            Quantity
          </th>
          <th scope="col" data-number>
            Unit price
          </th>
          <th scope="col" data-number>
            Amount
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <Row key={line.line} line={line} />
        ))}
      </tbody>
    </table>
  );
}
