import { useComputedColorScheme } from "@mantine/core";
import { useMemo } from "react";

import { Chart } from "@/components/Chart";
import { readPalette, toChartOption } from "@/features/explore/chartOption";
import type { SeriesProps } from "@/features/explore/series";

/** The series drawn: bars while they are few, a line when they are many. */
export default function TimeChart({ series, metric, grain, span, onPick }: SeriesProps) {
  const scheme = useComputedColorScheme();
  const option = useMemo(
    () => toChartOption({ series, metric, grain, span }, readPalette(scheme)),
    [series, metric, grain, span, scheme],
  );
  const onPickIndex = (index: number) => {
    const start = series[index]?.start;
    if (start !== undefined) onPick(start);
  };
  return (
    <Chart
      option={option}
      height={260}
      label={`Chart of ${metric.label} by ${grain}, ${series.length} periods. Choose List to read the values.`}
      onPick={onPickIndex}
    />
  );
}
