import { UnstyledButton } from "@mantine/core";

import type { BreakdownRow } from "@/features/dashboard/breakdowns";
import styles from "@/features/dashboard/dashboard.module.css";
import { MEASURE_WORDS, type Measure } from "@/features/dashboard/dashboardSearch";
import { formatExact } from "@/lib/amounts";

interface Props {
  rows: readonly BreakdownRow[];
  /** The heading of the names: "City". */
  heading: string;
  measures: readonly Measure[];
  onToggle: (value: string) => void;
}

/** A breakdown with every digit of every measure. */
export function BreakdownTable({ rows, heading, measures, onToggle }: Props) {
  return (
    // A wide table scrolls inside the card, so the card must be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={styles.tableBox} tabIndex={0} role="region" aria-label={`Table by ${heading}`}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{heading}</th>
            {measures.map((measure) => (
              <th key={measure} scope="col">
                {MEASURE_WORDS[measure]}
              </th>
            ))}
            <th scope="col">Orders</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key} data-picked={row.isPicked}>
              <th scope="row">
                <RowName row={row} onToggle={onToggle} />
              </th>
              {measures.map((measure) => (
                <td key={measure}>{formatExact(row[measure], measure === "units" ? 0 : 2)}</td>
              ))}
              <td>{formatExact(row.orders)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RowName({ row, onToggle }: { row: BreakdownRow; onToggle: (value: string) => void }) {
  const { value, label, isPicked } = row;
  if (value === null) return <i className="muted">{label}</i>;
  return (
    <UnstyledButton className="truncate" aria-pressed={isPicked} onClick={() => onToggle(value)}>
      {label}
    </UnstyledButton>
  );
}
