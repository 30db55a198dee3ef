import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";

import type { Grain } from "@/api/types";
import { formatFilters, parseFilters, type Filter } from "@/lib/filters";

const route = getRouteApi("/app/datasets/$slug/explore");

/** The state of the Explore view; all of it lives in the address. */
export function useExploreState() {
  const { slug } = route.useParams();
  const { f, grain, measure } = route.useSearch();
  const navigate = route.useNavigate();
  const filters = useMemo(() => parseFilters(f), [f]);

  const setFilters = useCallback(
    (next: readonly Filter[]) =>
      void navigate({
        search: (old) => ({ ...old, f: formatFilters(next) }),
        resetScroll: false,
      }),
    [navigate],
  );
  const setGrain = useCallback(
    (next: Grain) =>
      void navigate({
        search: (old) => ({ ...old, grain: next }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const setMeasure = useCallback(
    (next: string) =>
      void navigate({
        search: (old) => ({ ...old, measure: next }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  return { slug, filters, grain, measure, setFilters, setGrain, setMeasure };
}
