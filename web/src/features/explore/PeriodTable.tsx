import { UnstyledButton } from "@mantine/core";

import styles from "@/features/explore/explore.module.css";
import { isInSpan, type SeriesProps } from "@/features/explore/series";
import { formatDecimal } from "@/lib/format";
import { formatPeriod } from "@/lib/periods";

/** The series in words, for those who cannot or do not want to read a chart. */
export function PeriodTable({ series, metric, grain, span, onPick }: SeriesProps) {
  return (
    // A long list scrolls inside the card, so the card must be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={styles.periods} tabIndex={0} role="region" aria-label="Periods">
      <table>
        <thead>
          <tr>
            <th scope="col">Period</th>
            <th scope="col">{metric.label}</th>
          </tr>
        </thead>
        <tbody>
          {series.map(({ start, amount }) => (
            <tr key={start}>
              <td>
                <UnstyledButton
                  aria-pressed={span !== null && isInSpan(start, span)}
                  onClick={() => {
                    onPick(start);
                  }}
                >
                  {formatPeriod(start, grain)}
                </UnstyledButton>
              </td>
              <td>{amount === null ? "–" : formatDecimal(amount)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
