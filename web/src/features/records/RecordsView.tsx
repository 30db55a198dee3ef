import { Skeleton } from "@mantine/core";
import { IconFilterOff } from "@tabler/icons-react";
import { useMemo, useState } from "react";

import type { DatasetDetail } from "@/api/types";
import { LoadError } from "@/components/LoadError";
import { StateMessage } from "@/components/StateMessage";
import { toLooks } from "@/features/records/columnLooks";
import { Grid } from "@/features/records/Grid";
import styles from "@/features/records/grid.module.css";
import type { ActiveCell } from "@/features/records/gridKeys";
import { RecordDrawer } from "@/features/records/RecordDrawer";
import { TableToolbar } from "@/features/records/TableToolbar";
import { useGridTable } from "@/features/records/useGridTable";
import { useRecords } from "@/features/records/useRecords";
import { useTableState } from "@/features/records/useTableState";
import { ValueBar } from "@/features/records/ValueBar";

type Records = ReturnType<typeof useRecords>;

function Nothing({ records, isFiltered }: { records: Records; isFiltered: boolean }) {
  if (records.error) return <LoadError error={records.error} onRetry={records.reload} />;
  if (records.isLoading) {
    return <Skeleton h="60vh" radius={12} role="status" aria-label="Loading rows" />;
  }
  return (
    <StateMessage
      icon={<IconFilterOff size={22} stroke={1.6} />}
      title={isFiltered ? "No row matches" : "The dataset has no rows"}
    >
      <p>{isFiltered ? "Remove a filter to see more." : "Add data to fill it."}</p>
    </StateMessage>
  );
}

/** The whole Table view of a dataset that has rows. */
export function RecordsView({ dataset }: { dataset: DatasetDetail }) {
  const { slug, filters, sort, sorting, setFilters, setSorting } = useTableState();
  const records = useRecords(dataset, sort, filters);
  const [active, setActive] = useState<ActiveCell | null>(null);
  const [openRow, setOpenRow] = useState<number | null>(null);
  const [openFilter, setOpenFilter] = useState<string | null>(null);

  // Widths are fitted to the first rows once, so that columns do not jump while one scrolls.
  const hasRows = records.rows.length > 0;
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const looks = useMemo(() => toLooks(dataset.columns, records.rows), [dataset.columns, hasRows]);
  const table = useGridTable(looks, records.rows, sorting, setSorting);

  const activeLook = active ? looks[active.column] : undefined;
  const activeRow = active ? records.rows[active.row] : undefined;
  return (
    <div className={styles.view} data-wide>
      <TableToolbar
        dataset={dataset}
        records={records}
        filters={filters}
        onFilters={setFilters}
        onFind={(column) => {
          setActive({ row: Math.max(0, active?.row ?? 0), column });
        }}
      />
      {hasRows ? (
        <Grid
          table={table}
          looks={looks}
          total={records.total ?? records.rows.length}
          hasMore={records.hasMore}
          isLoadingMore={records.isLoadingMore}
          onMore={records.loadMore}
          isStale={records.isStale}
          active={active}
          onActive={setActive}
          onOpen={setOpenRow}
          columnFilters={{
            slug,
            filters,
            onFilters: setFilters,
            open: openFilter,
            onOpen: setOpenFilter,
          }}
        />
      ) : (
        <Nothing records={records} isFiltered={filters.length > 0} />
      )}
      {activeLook && activeRow && (
        <ValueBar
          look={activeLook}
          value={activeRow[activeLook.name]}
          onOpen={() => {
            setOpenRow(active?.row ?? null);
          }}
        />
      )}
      <RecordDrawer looks={looks} rows={records.rows} index={openRow} onIndex={setOpenRow} />
    </div>
  );
}
