import { useReducedMotion, useResizeObserver } from "@mantine/hooks";
import { useEffect, useEffectEvent, useRef } from "react";

import { init, type ChartOption, type EChartsType } from "@/lib/echarts";

interface Props {
  option: ChartOption;
  label: string;
  height: number;
  /** Index of the category that was clicked, anywhere above or below its mark. */
  onPick?: (index: number) => void;
}

/** An ECharts canvas that follows its box, its option and the wish for less motion. */
export function Chart({ option, label, height, onPick }: Props) {
  const [boxRef, box] = useResizeObserver<HTMLDivElement>();
  const hostRef = useRef<HTMLDivElement>(null);
  const chartRef = useRef<EChartsType | null>(null);
  const reducedMotion = useReducedMotion();
  const pick = useEffectEvent((index: number) => onPick?.(index));

  useEffect(() => {
    if (!hostRef.current) return undefined;
    const chart = init(hostRef.current, null, { renderer: "canvas" });
    chartRef.current = chart;
    // A listener on the canvas, not on the marks: thin bars are hard to hit.
    chart.getZr().on("click", ({ offsetX, offsetY }) => {
      if (!chart.containPixel("grid", [offsetX, offsetY])) return;
      const at = chart.convertFromPixel({ gridIndex: 0 }, [offsetX, offsetY]);
      if (at[0] !== undefined) pick(Math.round(at[0]));
    });
    return () => {
      chartRef.current = null;
      chart.dispose();
    };
  }, []);

  useEffect(() => {
    chartRef.current?.setOption({ animation: !reducedMotion, ...option }, { notMerge: true });
  }, [option, reducedMotion]);

  useEffect(() => {
    chartRef.current?.resize();
  }, [box.width]);

  return (
    <div ref={boxRef}>
      <div ref={hostRef} role="img" aria-label={label} style={{ height }} />
    </div>
  );
}
