import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconFilter } from "@tabler/icons-react";

import styles from "@/features/dashboard/dashboard.module.css";
import {
  countPicks,
  filterPairs,
  togglePick,
  type DashboardSearch,
  type Field,
} from "@/features/dashboard/dashboardSearch";
import { FilterMenu } from "@/features/dashboard/FilterMenu";
import { RangeMenu } from "@/features/dashboard/RangeMenu";

interface Props {
  search: DashboardSearch;
  /** The fields that the sales dataset has. */
  fields: readonly Field[];
  span: { from: string; to: string } | null;
  onSearch: (search: DashboardSearch) => void;
}

/** Everything the figures can be narrowed by. On a phone the fields are behind one button. */
export function FilterBar({ search, fields, span, onSearch }: Props) {
  const [isOpen, shelf] = useDisclosure(false);
  const count = countPicks(search);
  const pairs = filterPairs(search);
  return (
    <div className={styles.filterBar} role="group" aria-label="Filters">
      <RangeMenu
        range={{ from: search.date_from, to: search.date_to }}
        span={span}
        onChange={({ from, to }) => onSearch({ ...search, date_from: from, date_to: to })}
      />
      <Button
        className={styles.shelfButton}
        size="xs"
        variant={count > 0 ? "light" : "default"}
        leftSection={<IconFilter size={15} stroke={1.7} />}
        aria-expanded={isOpen}
        onClick={shelf.toggle}
      >
        {count > 0 ? `Filters · ${count}` : "Filters"}
      </Button>
      <div className={styles.shelf} data-open={isOpen}>
        {fields.map((field) => (
          <FilterMenu
            key={field}
            field={field}
            picked={search[field] ?? []}
            pairs={pairs}
            onToggle={(value) => onSearch(togglePick(search, field, value))}
          />
        ))}
      </div>
    </div>
  );
}
