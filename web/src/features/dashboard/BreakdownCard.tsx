import { UnstyledButton } from "@mantine/core";

import type { Breakdown } from "@/api/types";
import {
  countGroups,
  lookOf,
  toRows,
  type BreakdownRow,
  type Look,
} from "@/features/dashboard/breakdowns";
import { BreakdownTable } from "@/features/dashboard/BreakdownTable";
import {
  isPicked,
  MEASURE_WORDS,
  togglePick,
  type DashboardSearch,
  type Measure,
} from "@/features/dashboard/dashboardSearch";
import charts from "@/features/explore/explore.module.css";
import { amountOf, formatExact, formatShort } from "@/lib/amounts";
import { countOf } from "@/lib/format";

interface BarsProps {
  rows: readonly BreakdownRow[];
  measure: Measure;
  onToggle: (value: string) => void;
}

function Bars({ rows, measure, onToggle }: BarsProps) {
  const amounts = rows.map((row) => Math.abs(amountOf(row[measure]) ?? 0));
  // The rest of the values may be far more than any one of them: it gets no bar.
  const longest = Math.max(
    ...amounts.filter((_, at) => rows[at]?.value !== null),
    Number.MIN_VALUE,
  );
  const hasPick = rows.some((row) => row.isPicked);
  return (
    <ul className={charts.bars}>
      {rows.map((row, index) => {
        const { value } = row;
        const fill = Math.min(100, (100 * (amounts[index] ?? 0)) / longest);
        const shared = {
          className: charts.bar,
          title: `${row.label}: ${formatExact(row[measure])}`,
        };
        const amount = <span className={charts.barAmount}>{formatShort(row[measure])}</span>;
        return (
          <li key={row.key}>
            {value === null ? (
              <div {...shared}>
                <i className="muted">{row.label}</i>
                {amount}
              </div>
            ) : (
              <UnstyledButton
                {...shared}
                aria-pressed={row.isPicked}
                data-dimmed={hasPick && !row.isPicked}
                onClick={() => onToggle(value)}
              >
                <span className={charts.barFill} style={{ width: `${fill}%` }} />
                <span className={charts.barName}>{row.label}</span>
                {amount}
              </UnstyledButton>
            )}
          </li>
        );
      })}
    </ul>
  );
}

interface Props {
  /** As the API calls it: "city". */
  name: string;
  breakdown: Breakdown;
  search: DashboardSearch;
  measure: Measure;
  /** Measures that this data has. */
  measures: readonly Measure[];
  onSearch: (search: DashboardSearch) => void;
}

/** What the largest values of a field sold; a click filters everything by one. */
export function BreakdownCard({ name, ...props }: Props) {
  const look = lookOf(name, props.breakdown);
  return look && <LookedCard {...props} look={look} />;
}

function LookedCard({
  breakdown,
  look,
  search,
  measure,
  measures,
  onSearch,
}: Omit<Props, "name"> & { look: Look }) {
  const rows = toRows(breakdown, (value) => isPicked(search, look.field, value));
  const onToggle = (value: string) => onSearch(togglePick(search, look.field, value));
  const count = countGroups(breakdown);
  const shown = breakdown.items.length;
  return (
    <section
      className={charts.card}
      aria-label={`${MEASURE_WORDS[measure]} by ${look.heading.toLowerCase()}`}
    >
      <header className={charts.cardHead}>
        <h2>{look.title}</h2>
        <span className="muted">
          {count > shown ? `top ${shown} of ${countOf(count, "value")}` : ""}
        </span>
      </header>
      {search.view === "table" ? (
        <BreakdownTable
          rows={rows}
          heading={look.heading}
          measures={measures}
          onToggle={onToggle}
        />
      ) : (
        <Bars rows={rows} measure={measure} onToggle={onToggle} />
      )}
    </section>
  );
}
