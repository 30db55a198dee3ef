import { isInSpan, type SeriesProps } from "@/features/explore/series";
import type { ChartOption } from "@/lib/echarts";
import { formatAxis, formatDecimal } from "@/lib/format";
import { formatPeriod } from "@/lib/periods";

export interface Palette {
  mark: string;
  faded: string;
  text: string;
  line: string;
  surface: string;
  strong: string;
}

/** The theme's colours as a canvas needs them: resolved, by an element of the wanted scheme. */
export function readPalette(scheme: "light" | "dark"): Palette {
  const probe = document.createElement("div");
  probe.setAttribute("data-mantine-color-scheme", scheme);
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const read = (name: string) => style.getPropertyValue(name).trim();
  const palette = {
    mark: read("--rm-chart-1"),
    faded: read("--rm-border-strong"),
    text: read("--rm-muted"),
    line: read("--rm-border"),
    surface: read("--rm-surface"),
    strong: read("--rm-text"),
  };
  probe.remove();
  return palette;
}

const MOST_BARS = 90;

type Drawn = Omit<SeriesProps, "onPick">;

function drawBars({ series, span }: Drawn, palette: Palette): ChartOption["series"] {
  return {
    type: "bar",
    barMaxWidth: 36,
    barCategoryGap: "22%",
    data: series.map(({ start, amount }) => ({
      value: amount,
      itemStyle: {
        color: isInSpan(start, span) ? palette.mark : palette.faded,
        borderRadius: [3, 3, 0, 0],
      },
    })),
    emphasis: { disabled: true },
  };
}

function drawLine({ series, span }: Drawn, palette: Palette): ChartOption["series"] {
  const inside = (wanted: boolean) =>
    series.map(({ start, amount }) => (isInSpan(start, span) === wanted ? amount : null));
  const line = (data: (number | null)[], color: string) => ({
    type: "line" as const,
    data,
    showSymbol: false,
    lineStyle: { color, width: 1.6 },
    itemStyle: { color },
    areaStyle: { color, opacity: 0.09 },
    emphasis: { disabled: true },
  });
  const picked = line(inside(true), palette.mark);
  return span === null ? picked : [picked, line(inside(false), palette.faded)];
}

function axes({ series, grain }: Drawn, palette: Palette): ChartOption {
  const label = { color: palette.text, fontFamily: "Geist Variable", fontSize: 11 };
  return {
    xAxis: {
      type: "category",
      data: series.map(({ start }) => formatPeriod(start, grain)),
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
      axisLabel: { ...label, hideOverlap: true, margin: 12 },
    },
    yAxis: {
      type: "value",
      splitNumber: 4,
      splitLine: { lineStyle: { color: palette.line } },
      axisLabel: { ...label, formatter: (value: number) => formatAxis(value) },
    },
  };
}

function tooltip({ metric, series, grain }: Drawn, palette: Palette): ChartOption["tooltip"] {
  return {
    trigger: "axis",
    axisPointer: {
      type: series.length > MOST_BARS ? "line" : "shadow",
      lineStyle: { color: palette.text },
      shadowStyle: { color: palette.text, opacity: 0.08 },
    },
    backgroundColor: palette.surface,
    borderColor: palette.line,
    padding: [8, 12],
    textStyle: { color: palette.strong, fontFamily: "Geist Variable", fontSize: 12 },
    renderMode: "richText",
    formatter: (params) => {
      const first = Array.isArray(params) ? params[0] : params;
      const point = first === undefined ? undefined : series[first.dataIndex];
      if (!point) return "";
      const amount = point.amount === null ? "–" : formatDecimal(point.amount);
      return `${formatPeriod(point.start, grain)}\n${metric.label}: ${amount}`;
    },
  };
}

export function toChartOption(drawn: Drawn, palette: Palette): ChartOption {
  const isLine = drawn.series.length > MOST_BARS;
  return {
    animationDuration: 300,
    grid: { left: 8, right: 12, top: 16, bottom: 4, outerBoundsMode: "same" },
    ...axes(drawn, palette),
    tooltip: tooltip(drawn, palette),
    series: isLine ? drawLine(drawn, palette) : drawBars(drawn, palette),
  };
}
