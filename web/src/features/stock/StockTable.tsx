import { IconAlertTriangle } from "@tabler/icons-react";

import type { StockLine } from "@/api/types";
import { ColumnHeadings, type ListColumn } from "@/components/ColumnHeadings";
import { LinkAnchor } from "@/components/links";
import list from "@/components/listTable.module.css";
import styles from "@/features/stock/stock.module.css";
import { formatExact } from "@/lib/amounts";

interface Props {
  lines: readonly StockLine[];
  sort: string | undefined;
  onSort: (sort: string | undefined) => void;
}

const COLUMNS: readonly ListColumn[] = [
  { label: "Item", sort: "name", isNumber: false, isExtra: false },
  { label: "Store", sort: "store", isNumber: false, isExtra: false },
  { label: "Counted", sort: null, isNumber: true, isExtra: true },
  { label: "Received", sort: null, isNumber: true, isExtra: true },
  { label: "Sold since", sort: "sold", isNumber: true, isExtra: true },
  { label: "Reorder level", sort: null, isNumber: true, isExtra: true },
  { label: "On hand", sort: "on_hand", isNumber: true, isExtra: false },
];

interface Flag {
  tone: "negative" | "low" | "unknown";
  words: string;
  title: string;
}

/** What is wrong with a level; null when nothing is. */
function flagOf({ is_negative: isNegative, is_low: isLow, warning }: StockLine): Flag | null {
  if (warning === "no_opening") {
    return { tone: "unknown", words: "Not counted", title: "It was sold but never counted in." };
  }
  if (isNegative) {
    return { tone: "negative", words: "Negative", title: "More was sold than there was." };
  }
  return isLow
    ? { tone: "low", words: "Low", title: "No more than the reorder level is on hand." }
    : null;
}

function OnHand({ line }: { line: StockLine }) {
  const flag = flagOf(line);
  return (
    <span className={styles.onHand} data-tone={flag?.tone}>
      {flag && (
        <span className={styles.flag} title={flag.title}>
          {flag.tone === "negative" && <IconAlertTriangle size={12} stroke={2} aria-hidden />}
          {flag.words}
        </span>
      )}
      {formatExact(line.on_hand)}
    </span>
  );
}

/** One row for each item in each store; an item leads to its sales. */
export function StockTable({ lines, sort, onSort }: Props) {
  return (
    <table className={list.table} data-wide="true" aria-label="Stock on hand">
      <thead>
        <ColumnHeadings columns={COLUMNS} sort={sort} onSort={onSort} />
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={`${line.item_number}\0${line.store_number}\0${line.store_name}`}>
            <th scope="row">
              <LinkAnchor
                to="/dashboard"
                search={line.item_number === null ? {} : { item_number: [line.item_number] }}
                className={list.name}
                size="sm"
              >
                {line.item_name ?? line.item_number ?? "missing"}
              </LinkAnchor>
              <span className={styles.number}>{line.item_number}</span>
            </th>
            <td>
              <span className={list.name}>
                {line.store_name ?? line.store_number ?? "All stores"}
              </span>
            </td>
            <td data-number data-extra>
              {formatExact(line.opening)}
            </td>
            <td data-number data-extra>
              {formatExact(line.received)}
            </td>
            <td data-number data-extra>
              {formatExact(line.sold)}
            </td>
            <td data-number data-extra>
              {formatExact(line.minimum)}
            </td>
            <td data-number>
              <OnHand line={line} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
