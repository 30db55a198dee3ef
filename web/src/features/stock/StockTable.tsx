import { UnstyledButton } from "@mantine/core";
import { IconAlertTriangle, IconArrowDown, IconArrowUp } from "@tabler/icons-react";

import type { StockLine } from "@/api/types";
import { LinkAnchor } from "@/components/links";
import { nextSort } from "@/features/stock/stockSearch";
import styles from "@/features/stock/stock.module.css";
import { formatExact } from "@/lib/amounts";

interface Props {
  lines: readonly StockLine[];
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
  { label: "Item", sort: "name", isNumber: false, isExtra: false },
  { label: "Store", sort: "store", isNumber: false, isExtra: false },
  { label: "Counted", sort: null, isNumber: true, isExtra: true },
  { label: "Received", sort: null, isNumber: true, isExtra: true },
  { label: "Sold since", sort: "sold", isNumber: true, isExtra: true },
  { label: "Reorder level", sort: null, isNumber: true, isExtra: true },
  { label: "On hand", sort: "on_hand", isNumber: true, isExtra: false },
];

function Heading({ column, sort, onSort }: { column: Column } & Omit<Props, "lines">) {
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
    <table className={styles.table} aria-label="Stock on hand">
      <thead>
        <tr>
          {COLUMNS.map((column) => (
            <Heading key={column.label} column={column} sort={sort} onSort={onSort} />
          ))}
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={`${line.item_number}\0${line.store_number}\0${line.store_name}`}>
            <th scope="row">
              <LinkAnchor
                to="/dashboard"
                search={line.item_number === null ? {} : { item_number: [line.item_number] }}
                className={styles.name}
                size="sm"
              >
                {line.item_name ?? line.item_number ?? "missing"}
              </LinkAnchor>
              <span className={styles.number}>{line.item_number}</span>
            </th>
            <td>
              <span className={styles.name}>
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
