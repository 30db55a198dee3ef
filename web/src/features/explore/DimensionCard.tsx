import { Skeleton, UnstyledButton } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { aggregateQuery } from "@/api/queries";
import type { Dimension } from "@/api/types";
import { LoadError } from "@/components/LoadError";
import {
  dimensionAggregation,
  filtersFor,
  TOP_N,
  type Metric,
} from "@/features/explore/exploreState";
import styles from "@/features/explore/explore.module.css";
import { filterPairs, pickedValues, toggleMissing, togglePicked, type Filter } from "@/lib/filters";
import { countOf, formatCompact, toNumber } from "@/lib/format";

interface Props {
  slug: string;
  dimension: Dimension;
  metric: Metric;
  filters: readonly Filter[];
  onFilters: (filters: Filter[]) => void;
}

interface Bar {
  /** null for rows without a value. */
  value: string | null;
  amount: number;
}

function toBars(items: readonly Record<string, unknown>[], column: string, result: string): Bar[] {
  return items.map((item) => {
    const value = item[column];
    const text = typeof value === "string" ? value : value == null ? null : JSON.stringify(value);
    return { value: text, amount: toNumber(item[result]) ?? 0 };
  });
}

function BarList({
  bars,
  dimension,
  filters,
  onFilters,
}: Omit<Props, "slug" | "metric"> & { bars: Bar[] }) {
  const { column } = dimension;
  const picked = pickedValues(filters, column);
  const picksMissing = filters.some((one) => one.column === column && one.operator === "isnull");
  const hasPick = picked.length > 0 || picksMissing;
  const longest = Math.max(...bars.map(({ amount }) => Math.abs(amount)), Number.MIN_VALUE);
  return (
    <ul className={styles.bars}>
      {bars.map(({ value, amount }) => {
        const isPicked = value === null ? picksMissing : picked.includes(value);
        const toggle = () => {
          onFilters(
            value === null ? toggleMissing(filters, column) : togglePicked(filters, column, value),
          );
        };
        return (
          <li key={value ?? "\0"}>
            <UnstyledButton
              className={styles.bar}
              aria-pressed={isPicked}
              data-dimmed={hasPick && !isPicked}
              onClick={toggle}
            >
              <span
                className={styles.barFill}
                style={{ width: `${(100 * Math.abs(amount)) / longest}%` }}
              />
              <span className={styles.barName}>
                {value === null ? (
                  <i className="muted">missing</i>
                ) : value === "" ? (
                  "(empty)"
                ) : (
                  value
                )}
              </span>
              <span className={styles.barAmount}>{formatCompact(amount)}</span>
            </UnstyledButton>
          </li>
        );
      })}
    </ul>
  );
}

/** The largest values of a column by the chosen measure; a click filters everything by one. */
export function DimensionCard({ slug, dimension, metric, filters, onFilters }: Props) {
  const { column, label, distinct } = dimension;
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...aggregateQuery(
      slug,
      dimensionAggregation(dimension, metric),
      filterPairs(filtersFor(filters, column)),
    ),
    placeholderData: keepPreviousData,
  });
  const bars = data ? toBars(data.items, column, metric.result) : null;
  return (
    <section className={styles.card} aria-label={`${metric.label} by ${label}`}>
      <header className={styles.cardHead}>
        <h2>{label}</h2>
        <span className="muted">
          {distinct > TOP_N
            ? `top ${TOP_N} of ${countOf(distinct, "value")}`
            : countOf(distinct, "value")}
        </span>
      </header>
      {error && !data ? <LoadError error={error} onRetry={() => void refetch()} /> : null}
      {bars ? (
        <div data-stale={isPlaceholderData} className={styles.fresh}>
          <BarList bars={bars} dimension={dimension} filters={filters} onFilters={onFilters} />
        </div>
      ) : (
        !error && <Skeleton h={220} />
      )}
    </section>
  );
}
