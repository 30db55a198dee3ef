import { Link, useSearch } from "@tanstack/react-router";

import styles from "@/features/datasets/datasets.module.css";

/** The views of a dataset; filters go along between those that have them. */
export function DatasetTabs({ slug }: { slug: string }) {
  const search = useSearch({ strict: false });
  const params = { slug };
  const filters = { f: search.f };
  return (
    <nav className={styles.tabs} aria-label="Views of the dataset">
      <Link to="/datasets/$slug/explore" params={params} search={filters} className={styles.tab}>
        Explore
      </Link>
      <Link to="/datasets/$slug/table" params={params} search={filters} className={styles.tab}>
        Table
      </Link>
      <Link to="/datasets/$slug/imports" params={params} className={styles.tab}>
        Imports
      </Link>
      <Link to="/datasets/$slug/api" params={params} className={styles.tab}>
        API
      </Link>
    </nav>
  );
}
