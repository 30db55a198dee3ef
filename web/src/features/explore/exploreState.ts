import type { Dimension, Explore, Grain, Measure, TimeAxis } from "@/api/types";
import type { Aggregation } from "@/api/queries";
import { withoutColumn, type Filter } from "@/lib/filters";
import { GRAINS } from "@/lib/periods";

/** What is counted or added up in every chart: a measure of the dataset, or its rows. */
export interface Metric {
  /** As the API takes it: "sum:sales", "count". */
  expression: string;
  /** The name of its column in the answer: "sum_sales", "count". */
  result: string;
  label: string;
  isCount: boolean;
}

export const ROW_COUNT: Metric = {
  expression: "count",
  result: "count",
  label: "Rows",
  isCount: true,
};

const AGGREGATE_WORDS: Record<Measure["aggregate"], string> = { sum: "", avg: "Average " };

export function toMetric({ column, label, aggregate }: Measure): Metric {
  return {
    expression: `${aggregate}:${column}`,
    result: `${aggregate}_${column}`,
    label: `${AGGREGATE_WORDS[aggregate]}${label}`,
    isCount: false,
  };
}

export function metricsOf(explore: Explore): Metric[] {
  return [ROW_COUNT, ...explore.measures.map(toMetric)];
}

/** The metric named in the address, or else the first measure, or else the rows. */
export function chooseMetric(explore: Explore, wanted: string | undefined): Metric {
  const metrics = metricsOf(explore);
  return metrics.find(({ expression }) => expression === wanted) ?? metrics[1] ?? ROW_COUNT;
}

/** Hours only where the data is short enough to show them. */
export function grainsFor({ grain }: TimeAxis): Grain[] {
  return grain === "hour" ? ["hour", ...GRAINS] : [...GRAINS];
}

export function chooseGrain(explore: Explore, wanted: string | undefined): Grain {
  const { time } = explore;
  if (!time) return "month";
  return grainsFor(time).find((grain) => grain === wanted) ?? time.grain;
}

export function totalsAggregation(explore: Explore): Aggregation {
  return {
    metrics: metricsOf(explore)
      .map(({ expression }) => expression)
      .join(","),
  };
}

export function seriesAggregation(column: string, grain: Grain, metric: Metric): Aggregation {
  const group = `${column}:${grain}`;
  return { group_by: group, metrics: metric.expression, sort: `${column}_${grain}`, limit: 5000 };
}

export const TOP_N = 8;

export function dimensionAggregation({ column }: Dimension, metric: Metric): Aggregation {
  return {
    group_by: column,
    metrics: metric.expression,
    sort: `-${metric.result}`,
    limit: TOP_N,
  };
}

/**
 * A chart leaves out the filters on its own column: what is picked in it stays in sight among
 * what is not, and more can be picked.
 */
export function filtersFor(filters: readonly Filter[], column: string): Filter[] {
  return withoutColumn(filters, column);
}
