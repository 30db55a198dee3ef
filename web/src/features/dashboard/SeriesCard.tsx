import { SegmentedControl, Skeleton } from "@mantine/core";
import { CatchBoundary } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";

import type { DashboardPeriod } from "@/api/types";
import {
  GRAINS,
  MEASURES,
  MEASURE_WORDS,
  type Measure,
  type SeriesGrain,
} from "@/features/dashboard/dashboardSearch";
import { toSeries } from "@/features/dashboard/series";
import { SeriesTable } from "@/features/dashboard/SeriesTable";
import charts from "@/features/explore/explore.module.css";
import { retrying } from "@/lib/retrying";

const TimeChart = lazy(() => retrying(() => import("@/features/explore/TimeChart")));

interface Props {
  periods: readonly DashboardPeriod[];
  measure: Measure;
  /** Measures that this data has. */
  measures: readonly Measure[];
  grain: SeriesGrain;
  onMeasure: (measure: Measure) => void;
  onGrain: (grain: SeriesGrain) => void;
  onPick: (start: string) => void;
}

const GRAIN_WORDS: Record<SeriesGrain, string> = {
  day: "Day",
  week: "Week",
  month: "Month",
  quarter: "Quarter",
};

type View = "chart" | "list";

type ControlsProps = Omit<Props, "periods" | "onPick"> & {
  view: View;
  onView: (view: View) => void;
};

function Controls({ measure, measures, grain, onMeasure, onGrain, view, onView }: ControlsProps) {
  return (
    <div className={charts.controls}>
      <SegmentedControl
        aria-label="Measure"
        size="xs"
        value={measure}
        onChange={onMeasure}
        data={MEASURES.filter((one) => measures.includes(one)).map((value) => ({
          value,
          label: MEASURE_WORDS[value],
        }))}
      />
      <SegmentedControl
        aria-label="Period"
        size="xs"
        value={grain}
        onChange={onGrain}
        data={GRAINS.map((value) => ({ value, label: GRAIN_WORDS[value] }))}
      />
      <SegmentedControl
        aria-label="Show the series as"
        size="xs"
        value={view}
        onChange={onView}
        data={[
          { value: "chart", label: "Chart" },
          { value: "list", label: "List" },
        ]}
      />
    </div>
  );
}

/** The chosen measure over time; a click on a period goes into it. */
export function SeriesCard({ periods, onPick, ...controls }: Props) {
  const { measure, grain } = controls;
  const [view, setView] = useState<View>("chart");
  const series = useMemo(() => toSeries(periods, measure, grain), [periods, measure, grain]);
  const label = MEASURE_WORDS[measure];
  const table = (
    <SeriesTable
      series={series}
      label={label}
      grain={grain}
      places={measure === "units" ? 0 : 2}
      onPick={onPick}
    />
  );
  const metric = { expression: measure, result: measure, label, isCount: false };
  return (
    <section className={charts.card} aria-label={`${label} over time`}>
      <header className={charts.cardHead}>
        <h2>{label} over time</h2>
        <Controls {...controls} view={view} onView={setView} />
      </header>
      {view === "list" ? (
        table
      ) : (
        <CatchBoundary getResetKey={() => grain} errorComponent={() => table}>
          <Suspense fallback={<Skeleton h={260} />}>
            <TimeChart series={series} metric={metric} grain={grain} span={null} onPick={onPick} />
          </Suspense>
        </CatchBoundary>
      )}
    </section>
  );
}
