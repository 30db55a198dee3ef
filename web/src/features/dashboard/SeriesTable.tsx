import { UnstyledButton } from "@mantine/core";

import charts from "@/features/explore/explore.module.css";
import type { SeriesGrain } from "@/features/dashboard/dashboardSearch";
import type { SeriesPoint } from "@/features/dashboard/series";
import { formatExact } from "@/lib/amounts";
import { formatPeriod } from "@/lib/periods";

interface Props {
  series: readonly SeriesPoint[];
  label: string;
  grain: SeriesGrain;
  places: number;
  onPick: (start: string) => void;
}

/** The series with every digit, for those who cannot or do not want to read a chart. */
export function SeriesTable({ series, label, grain, places, onPick }: Props) {
  return (
    // A long list scrolls inside the card, so the card must be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={charts.periods} tabIndex={0} role="region" aria-label="Periods">
      <table>
        <thead>
          <tr>
            <th scope="col">Period</th>
            <th scope="col">{label}</th>
          </tr>
        </thead>
        <tbody>
          {series.map(({ start, exact }) => (
            <tr key={start}>
              <td>
                <UnstyledButton onClick={() => onPick(start)}>
                  {formatPeriod(start, grain)}
                </UnstyledButton>
              </td>
              <td>{formatExact(exact, places)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
