import { Link } from "@tanstack/react-router";

import tabs from "@/components/tabs.module.css";
import { useAddressFilters } from "@/lib/useAddressFilters";

const ANY_SEARCH = { includeSearch: false };

/** The views of a dataset; filters go along between those that have them. */
export function DatasetTabs({ slug }: { slug: string }) {
  const { f } = useAddressFilters();
  const params = { slug };
  const filters = { f };
  return (
    <nav className={tabs.tabs} aria-label="Views of the dataset">
      <Link
        to="/datasets/$slug/explore"
        params={params}
        search={filters}
        className={tabs.tab}
        activeOptions={ANY_SEARCH}
      >
        Explore
      </Link>
      <Link
        to="/datasets/$slug/table"
        params={params}
        search={filters}
        className={tabs.tab}
        activeOptions={ANY_SEARCH}
      >
        Table
      </Link>
      <Link
        to="/datasets/$slug/imports"
        params={params}
        className={tabs.tab}
        activeOptions={ANY_SEARCH}
      >
        Imports
      </Link>
      <Link
        to="/datasets/$slug/api"
        params={params}
        className={tabs.tab}
        activeOptions={ANY_SEARCH}
      >
        API
      </Link>
    </nav>
  );
}
