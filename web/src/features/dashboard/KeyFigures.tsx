import { Tooltip, UnstyledButton } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";

import type { Dashboard, Kpi as Figure } from "@/api/types";
import { MEASURES, type Measure } from "@/features/dashboard/dashboardSearch";
import styles from "@/features/dashboard/dashboard.module.css";
import { formatKpi, KPIS, noteFor, reasonFor, type Kpi } from "@/features/dashboard/kpis";
import { amountOf, formatShare, formatShort } from "@/lib/amounts";

interface Props {
  data: Dashboard;
  measure: Measure;
  onMeasure: (measure: Measure) => void;
  /** The earlier period that changes are counted from, in words; null when there is none. */
  before: string | null;
}

/** The figures of the whole business; those that the charts can show are buttons. */
export function KeyFigures({ data, measure, onMeasure, before }: Props) {
  return (
    <div className={styles.figures} role="group" aria-label="Key figures">
      {KPIS.map((kpi) => {
        const figure = data.kpis[kpi.name];
        const shows = MEASURES.find((one) => one === kpi.name);
        const shared = { kpi, figure, before };
        const reason = figure.value === null ? reasonFor(kpi.name, data) : noteFor(kpi.name, data);
        const body = <FigureBody {...shared} reason={reason} />;
        if (shows === undefined || figure.value === null) {
          return (
            <div key={kpi.name} className={styles.figure} data-testid={`kpi-${kpi.name}`}>
              {body}
            </div>
          );
        }
        return (
          <UnstyledButton
            key={kpi.name}
            className={styles.figure}
            data-testid={`kpi-${kpi.name}`}
            aria-pressed={shows === measure}
            onClick={() => onMeasure(shows)}
          >
            {body}
          </UnstyledButton>
        );
      })}
    </div>
  );
}

interface BodyProps {
  kpi: Kpi;
  figure: Figure;
  before: string | null;
}

function FigureBody({ kpi, figure, before, reason }: BodyProps & { reason: string | null }) {
  const { value } = figure;
  const note = reason !== null && (
    <span className={styles.reason}>
      <IconInfoCircle size={13} stroke={1.8} aria-hidden />
      {reason}
    </span>
  );
  if (value === null) {
    return (
      <>
        <span className={styles.figureLabel}>{kpi.label}</span>
        <span className={styles.figureValue}>–</span>
        {note}
      </>
    );
  }
  const exact = formatKpi(kpi, value);
  const short = kpi.isShare || exact.length <= 9 ? exact : formatShort(value);
  return (
    <>
      <span className={styles.figureHead}>
        <span className={styles.figureLabel}>{kpi.label}</span>
        <Change kpi={kpi} figure={figure} before={before} />
      </span>
      <span className={styles.figureValue}>{short}</span>
      {short !== exact && <span className={styles.exact}>{exact}</span>}
      {note}
    </>
  );
}

/** A share changes by points, everything else by a share of what it was. */
function changeOf({ isShare }: Kpi, { value, previous, change }: Figure): number | null {
  if (!isShare) return change;
  const [now, then] = [amountOf(value), amountOf(previous)];
  return now === null || then === null ? null : now - then;
}

function Change({ kpi, figure, before }: BodyProps) {
  const change = changeOf(kpi, figure);
  if (change === null || before === null) return null;
  const tone = change < 0 ? "down" : change === 0 ? "same" : "up";
  const share = formatShare(change, true);
  const was = formatKpi(kpi, figure.previous);
  return (
    <Tooltip label={`${was} ${before}`}>
      <span className={styles.change} data-tone={tone}>
        {kpi.isShare ? share.replace(" %", " pts") : share}
        <span className="visually-hidden">
          {" "}
          against {was} {before}
        </span>
      </span>
    </Tooltip>
  );
}
