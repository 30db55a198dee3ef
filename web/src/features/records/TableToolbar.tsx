import { Button, Select } from "@mantine/core";
import { IconColumns3, IconRefresh } from "@tabler/icons-react";
import { useMemo } from "react";

import type { DatasetDetail } from "@/api/types";
import { FilterChips } from "@/components/FilterChips";
import { toMessage } from "@/api/problem";
import styles from "@/features/records/grid.module.css";
import type { useRecords } from "@/features/records/useRecords";
import type { Filter } from "@/lib/filters";
import { countOf, formatInteger } from "@/lib/format";

interface Props {
  dataset: DatasetDetail;
  records: ReturnType<typeof useRecords>;
  filters: readonly Filter[];
  onFilters: (filters: Filter[]) => void;
  /** A column was chosen to go to, by its position. */
  onFind: (column: number) => void;
}

function RowCount({ dataset, records, filters }: Pick<Props, "dataset" | "records" | "filters">) {
  const { total, error } = records;
  if (error && total === undefined) return null;
  const words =
    total === undefined
      ? "Counting rows"
      : filters.length > 0
        ? `${formatInteger(total)} of ${countOf(dataset.row_count, "row")}`
        : countOf(total, "row");
  return (
    <p role="status" className={styles.count} data-testid="row-count">
      {words}
    </p>
  );
}

function ColumnFinder({ dataset, onFind }: Pick<Props, "dataset" | "onFind">) {
  const options = useMemo(
    () => dataset.columns.map(({ name, label }) => ({ value: name, label })),
    [dataset.columns],
  );
  return (
    <Select
      size="xs"
      w={190}
      aria-label="Go to column"
      placeholder="Go to column"
      searchable
      limit={50}
      leftSection={<IconColumns3 size={14} stroke={1.7} />}
      data={options}
      value={null}
      onChange={(name) => {
        const index = dataset.columns.findIndex((column) => column.name === name);
        if (index >= 0) onFind(index);
      }}
    />
  );
}

export function TableToolbar({ dataset, records, filters, onFilters, onFind }: Props) {
  return (
    <div className={styles.toolbar}>
      <RowCount dataset={dataset} records={records} filters={filters} />
      <FilterChips filters={filters} columns={dataset.columns} onChange={onFilters} />
      <div className={styles.tools}>
        {records.isBehind && (
          <Button
            size="xs"
            variant="light"
            leftSection={<IconRefresh size={14} stroke={1.7} />}
            onClick={records.reload}
          >
            Show the latest version
          </Button>
        )}
        {records.error && records.rows.length > 0 && (
          <span role="alert" className={styles.trouble}>
            {toMessage(records.error)}{" "}
            <Button size="compact-xs" variant="default" onClick={records.reload}>
              Load again
            </Button>
          </span>
        )}
        <ColumnFinder dataset={dataset} onFind={onFind} />
      </div>
    </div>
  );
}
