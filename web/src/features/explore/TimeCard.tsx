import { SegmentedControl, Skeleton } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { CatchBoundary } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";

import { aggregateQuery } from "@/api/queries";
import type { Grain, TimeAxis } from "@/api/types";
import { LoadError } from "@/components/LoadError";
import {
  filtersFor,
  grainsFor,
  seriesAggregation,
  type Metric,
} from "@/features/explore/exploreState";
import styles from "@/features/explore/explore.module.css";
import { PeriodTable } from "@/features/explore/PeriodTable";
import { toSeries } from "@/features/explore/series";
import { filterPairs, withoutColumn, type Filter } from "@/lib/filters";
import { periodSpan, spanFilters, spanOf } from "@/lib/periods";
import { retrying } from "@/lib/retrying";

const TimeChart = lazy(() => retrying(() => import("@/features/explore/TimeChart")));

interface Props {
  slug: string;
  time: TimeAxis;
  metric: Metric;
  grain: Grain;
  filters: readonly Filter[];
  onFilters: (filters: Filter[]) => void;
  onGrain: (grain: Grain) => void;
}

const GRAIN_WORDS: Record<Grain, string> = {
  hour: "Hour",
  day: "Day",
  week: "Week",
  month: "Month",
  quarter: "Quarter",
  year: "Year",
};

type View = "chart" | "list";

interface ControlsProps extends Pick<Props, "time" | "grain" | "onGrain"> {
  view: View;
  onView: (view: View) => void;
}

function Controls({ time, grain, onGrain, view, onView }: ControlsProps) {
  return (
    <div className={styles.controls}>
      <SegmentedControl
        aria-label="Period"
        size="xs"
        value={grain}
        onChange={(value) => {
          onGrain(value);
        }}
        data={grainsFor(time).map((value) => ({ value, label: GRAIN_WORDS[value] }))}
      />
      <SegmentedControl
        aria-label="Show the series as"
        size="xs"
        value={view}
        onChange={(value) => {
          onView(value);
        }}
        data={[
          { value: "chart", label: "Chart" },
          { value: "list", label: "List" },
        ]}
      />
    </div>
  );
}

/** The chosen measure over time; a click on a period filters everything by it. */
export function TimeCard({ slug, time, metric, grain, filters, onFilters, onGrain }: Props) {
  const [view, setView] = useState<View>("chart");
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...aggregateQuery(
      slug,
      seriesAggregation(time.column, grain, metric),
      filterPairs(filtersFor(filters, time.column)),
    ),
    placeholderData: keepPreviousData,
  });
  const name = `${time.column}_${grain}`;
  const series = useMemo(
    () => (data ? toSeries(data.items, name, metric, grain) : null),
    [data, name, metric, grain],
  );
  const span = spanOf(filters, time.column);
  const onPick = (start: string) => {
    const picked = periodSpan(start, grain);
    const others = withoutColumn(filters, time.column);
    const isSame = span?.from === picked.from && span.to === picked.to;
    onFilters(isSame ? others : [...others, ...spanFilters(time.column, picked)]);
  };
  const shared = { series: series ?? [], metric, grain, span, onPick };
  return (
    <section className={styles.card} aria-label={`${metric.label} over time`}>
      <header className={styles.cardHead}>
        <h2>
          {metric.label} <span className="muted">by {time.label}</span>
        </h2>
        <Controls time={time} grain={grain} onGrain={onGrain} view={view} onView={setView} />
      </header>
      {error && !data ? <LoadError error={error} onRetry={() => void refetch()} /> : null}
      {!series && !error && <Skeleton h={260} />}
      {series && (
        <div data-stale={isPlaceholderData} className={styles.fresh}>
          {view === "list" ? (
            <PeriodTable {...shared} />
          ) : (
            <CatchBoundary
              getResetKey={() => grain}
              errorComponent={() => <PeriodTable {...shared} />}
            >
              <Suspense fallback={<Skeleton h={260} />}>
                <TimeChart {...shared} />
              </Suspense>
            </CatchBoundary>
          )}
        </div>
      )}
    </section>
  );
}
