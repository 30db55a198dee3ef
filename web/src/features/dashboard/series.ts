import type { DashboardPeriod } from "@/api/types";
import type { Measure, SeriesGrain } from "@/features/dashboard/dashboardSearch";
import { amountOf } from "@/lib/amounts";
import { fillPeriods, periodSpan } from "@/lib/periods";

export interface SeriesPoint {
  /** ISO date at which the period starts. */
  start: string;
  /** As the chart draws it. */
  amount: number | null;
  /** Every digit, as the table shows it. */
  exact: string | null;
}

/** The series of a measure without gaps: in a period without rows nothing was sold. */
export function toSeries(
  periods: readonly DashboardPeriod[],
  measure: Measure,
  grain: SeriesGrain,
): SeriesPoint[] {
  const exact = new Map(periods.map((one) => [one.period, one[measure]]));
  return fillPeriods([...exact.keys()], grain).map((start) => {
    const value = exact.has(start) ? (exact.get(start) ?? null) : "0";
    return { start, amount: amountOf(value), exact: value };
  });
}

const FINER: Record<SeriesGrain, SeriesGrain> = {
  quarter: "month",
  month: "day",
  week: "day",
  day: "day",
};

/** What a click on a period shows: its days, cut finer. */
export function drillInto(
  start: string,
  grain: SeriesGrain,
): { date_from: string; date_to: string; grain: SeriesGrain } {
  const { from, to } = periodSpan(start, grain);
  const last = new Date(new Date(`${to}T00:00:00Z`).getTime() - 86_400_000);
  return { date_from: from, date_to: last.toISOString().slice(0, 10), grain: FINER[grain] };
}
