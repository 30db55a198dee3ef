import { SegmentedControl } from "@mantine/core";

import type { Dashboard } from "@/api/types";
import { BreakdownCard } from "@/features/dashboard/BreakdownCard";
import styles from "@/features/dashboard/dashboard.module.css";
import { BREAKDOWNS, fieldsIn } from "@/features/dashboard/breakdowns";
import {
  isPicked,
  MEASURES,
  MISSING,
  togglePick,
  type DashboardSearch,
  type Field,
  type Measure,
} from "@/features/dashboard/dashboardSearch";
import { KeyFigures } from "@/features/dashboard/KeyFigures";
import { drillInto } from "@/features/dashboard/series";
import { SeriesCard } from "@/features/dashboard/SeriesCard";
import type { MapStore } from "@/features/dashboard/storeMarks";
import { StoresCard } from "@/features/dashboard/StoresCard";
import { countOf } from "@/lib/format";

interface Props {
  data: Dashboard;
  search: DashboardSearch;
  onSearch: (search: DashboardSearch) => void;
}

/** Measures that this data has: without costs there is no profit. */
function measuresOf({ kpis }: Dashboard): Measure[] {
  return MEASURES.filter((measure) => kpis[measure].value !== null);
}

/** The earlier days that changes are counted from, in words. */
function previousWords({ date_from: from, date_to: to }: Dashboard): string | null {
  if (from === null || to === null) return null;
  const days = Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;
  return days === 1 ? "the day before" : `in the ${countOf(days, "day")} before`;
}

function toMapStores({ stores }: Dashboard, search: DashboardSearch, field: Field): MapStore[] {
  return stores.map((one) => ({
    lat: one.latitude,
    lon: one.longitude,
    id: `${one.store} ${one.latitude} ${one.longitude}`,
    name: one.store ?? "missing",
    value: one.store ?? MISSING,
    amounts: one,
    isPicked: isPicked(search, field, one.store ?? MISSING),
  }));
}

export function Panels({ data, search, onSearch }: Props) {
  const measures = measuresOf(data);
  const measure = measures.find((one) => one === search.measure) ?? "sales";
  const storeField = fieldsIn([data.breakdowns.store?.filter ?? ""])[0] ?? "store_name";
  const onMeasure = (next: Measure) => onSearch({ ...search, measure: next });
  return (
    <>
      <KeyFigures
        data={data}
        measure={measure}
        onMeasure={onMeasure}
        before={previousWords(data)}
      />
      <SeriesCard
        periods={data.series}
        measure={measure}
        measures={measures}
        grain={data.grain}
        onMeasure={onMeasure}
        onGrain={(grain) => onSearch({ ...search, grain })}
        onPick={(start) => onSearch({ ...search, ...drillInto(start, data.grain) })}
      />
      <StoresCard
        stores={toMapStores(data, search, storeField)}
        measure={measure}
        onPick={({ value }) => onSearch(togglePick(search, storeField, value))}
      />
      <div className={styles.breakdownsHead}>
        <h2>Breakdowns</h2>
        <SegmentedControl
          aria-label="Show the breakdowns as"
          size="xs"
          value={search.view ?? "bars"}
          onChange={(view) => onSearch({ ...search, view: view === "table" ? "table" : undefined })}
          data={[
            { value: "bars", label: "Bars" },
            { value: "table", label: "Table" },
          ]}
        />
      </div>
      <div className={styles.breakdowns} data-view={search.view ?? "bars"}>
        {Object.keys(BREAKDOWNS).map((name) => {
          const breakdown = data.breakdowns[name];
          return (
            breakdown && (
              <BreakdownCard
                key={name}
                name={name}
                breakdown={breakdown}
                search={search}
                measure={measure}
                measures={measures}
                onSearch={onSearch}
              />
            )
          );
        })}
      </div>
    </>
  );
}
