import { Skeleton, UnstyledButton } from "@mantine/core";

import type { Explore } from "@/api/types";
import { metricsOf, type Metric } from "@/features/explore/exploreState";
import styles from "@/features/explore/explore.module.css";
import type { Filter } from "@/lib/filters";
import { formatDecimal, formatFigure, formatInteger, toNumber } from "@/lib/format";

interface Props {
  /** One row of totals; undefined while it is loaded. */
  totals: Readonly<Record<string, unknown>> | undefined;
  explore: Explore;
  filters: readonly Filter[];
  metric: Metric;
  onMetric: (expression: string) => void;
}

/** The total of each measure and the number of rows; a click shows it in every chart below. */
export function KeyFigures({ totals, explore, filters, metric, onMetric }: Props) {
  const count = toNumber(totals?.count);
  const share =
    filters.length > 0 && count !== null ? `of ${formatInteger(explore.row_count)}` : null;
  return (
    <div className={styles.figures} role="group" aria-label="Key figures: what the charts show">
      {metricsOf(explore).map((one) => (
        <Figure
          key={one.expression}
          metric={one}
          value={totals ? toNumber(totals[one.result]) : undefined}
          note={one.isCount ? share : null}
          isChosen={one.expression === metric.expression}
          onChoose={() => {
            onMetric(one.expression);
          }}
        />
      ))}
    </div>
  );
}

interface FigureProps {
  metric: Metric;
  /** undefined while it is loaded, null where there is nothing to add up. */
  value: number | null | undefined;
  note: string | null;
  isChosen: boolean;
  onChoose: () => void;
}

function Figure({ metric, value, note, isChosen, onChoose }: FigureProps) {
  return (
    <UnstyledButton className={styles.figure} aria-pressed={isChosen} onClick={onChoose}>
      <span className={styles.figureLabel}>{metric.label}</span>
      {value === undefined ? (
        <Skeleton h={26} w={90} my={3} />
      ) : (
        <span
          className={styles.figureValue}
          title={value === null ? undefined : formatDecimal(value)}
          data-testid={`figure-${metric.result}`}
        >
          {value === null ? "–" : metric.isCount ? formatInteger(value) : formatFigure(value)}
          {note !== null && <small>{note}</small>}
        </span>
      )}
    </UnstyledButton>
  );
}
