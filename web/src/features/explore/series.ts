import type { Grain } from "@/api/types";
import type { Metric } from "@/features/explore/exploreState";
import { toNumber } from "@/lib/format";
import { fillPeriods, type Span } from "@/lib/periods";

export interface Point {
  /** ISO date (for hours: date-time) at which the period starts. */
  start: string;
  /** null where there is nothing to average. */
  amount: number | null;
}

/** What a chart and a list of periods both need. */
export interface SeriesProps {
  series: readonly Point[];
  metric: Metric;
  grain: Grain;
  span: Span | null;
  onPick: (start: string) => void;
}

function startOf(value: unknown, grain: Grain): string | null {
  if (typeof value !== "string") return null;
  return grain === "hour" ? value.slice(0, 19) : value.slice(0, 10);
}

/** The answer as a gapless series: a period without rows has the sum and count zero. */
export function toSeries(
  items: readonly Record<string, unknown>[],
  timeName: string,
  metric: Metric,
  grain: Grain,
): Point[] {
  const amounts = new Map<string, number | null>();
  for (const item of items) {
    const start = startOf(item[timeName], grain);
    if (start !== null) amounts.set(start, toNumber(item[metric.result]));
  }
  const empty = metric.result.startsWith("avg_") ? null : 0;
  return fillPeriods([...amounts.keys()], grain).map((start) => ({
    start,
    amount: amounts.get(start) ?? empty,
  }));
}

export function isInSpan(start: string, span: Span | null): boolean {
  return span === null || (start >= span.from && start < span.to);
}
