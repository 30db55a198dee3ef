import { Skeleton } from "@mantine/core";
import { CatchBoundary } from "@tanstack/react-router";
import { lazy, Suspense } from "react";

import { LoadError } from "@/components/LoadError";
import { MEASURE_WORDS, type Measure } from "@/features/dashboard/dashboardSearch";
import type { MapStore } from "@/features/dashboard/storeMarks";
import charts from "@/features/explore/explore.module.css";
import { countOf } from "@/lib/format";
import { retrying } from "@/lib/retrying";

const StoreMap = lazy(() => retrying(() => import("@/features/dashboard/StoreMap")));

interface Props {
  stores: readonly MapStore[];
  measure: Measure;
  onPick: (store: MapStore) => void;
}

/** Where the stores are. Nothing when the data does not say. */
export function StoresCard({ stores, measure, onPick }: Props) {
  if (stores.length === 0) return null;
  return (
    <section className={charts.card} aria-label="Map of stores">
      <header className={charts.cardHead}>
        <h2>
          {MEASURE_WORDS[measure]} <span className="muted">by place</span>
        </h2>
        <span className="muted">{countOf(stores.length, "store")}</span>
      </header>
      <CatchBoundary
        getResetKey={() => measure}
        errorComponent={({ error }) => (
          <LoadError error={error} title="The map could not be drawn" />
        )}
      >
        <Suspense fallback={<Skeleton h={360} />}>
          <StoreMap stores={stores} measure={measure} onPick={onPick} />
        </Suspense>
      </CatchBoundary>
    </section>
  );
}
