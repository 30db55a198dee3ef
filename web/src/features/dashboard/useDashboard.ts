import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";

import { dashboardQuery } from "@/api/retail";
import { figurePairs, type DashboardSearch } from "@/features/dashboard/dashboardSearch";

const route = getRouteApi("/app/dashboard");

/** The state of the page, all of it in the address, and the figures that belong to it. */
export function useDashboard() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const onSearch = useCallback(
    (next: DashboardSearch) => void navigate({ search: next, resetScroll: false }),
    [navigate],
  );
  const query = useQuery({
    ...dashboardQuery(figurePairs(search)),
    placeholderData: keepPreviousData,
  });
  return { search, onSearch, ...query };
}
