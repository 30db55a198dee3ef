import { useSearch } from "@tanstack/react-router";

import { filterParam, textParam } from "@/lib/search";

/** Filters and order in the address, for what stands outside the views that own them. */
export function useAddressFilters(): { f: string[] | undefined; sort: string | undefined } {
  const search = useSearch({ strict: false });
  return { f: filterParam(search.f), sort: textParam(search.sort) };
}
