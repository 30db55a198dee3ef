import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";

import { formatFilters, parseFilters, type Filter } from "@/lib/filters";
import { formatSort, parseSort, type SortKey } from "@/lib/sorting";

const route = getRouteApi("/app/datasets/$slug/table");

/** Filters and order of the table; both live in the address. */
export function useTableState() {
  const { slug } = route.useParams();
  const { f, sort } = route.useSearch();
  const navigate = route.useNavigate();
  const filters = useMemo(() => parseFilters(f), [f]);
  const sorting = useMemo(() => parseSort(sort), [sort]);
  const setFilters = useCallback(
    (next: readonly Filter[]) =>
      void navigate({ search: (old) => ({ ...old, f: formatFilters(next) }), resetScroll: false }),
    [navigate],
  );
  const setSorting = useCallback(
    (next: readonly SortKey[]) =>
      void navigate({ search: (old) => ({ ...old, sort: formatSort(next) }), resetScroll: false }),
    [navigate],
  );
  return { slug, filters, sort, sorting, setFilters, setSorting };
}
