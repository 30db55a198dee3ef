import {
  columnResizingFeature,
  columnSizingFeature,
  createColumnHelper,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useMemo } from "react";

import type { Row } from "@/api/types";
import type { ColumnLook } from "@/features/records/columnLooks";
import type { SortKey } from "@/lib/sorting";

const features = tableFeatures({ columnSizingFeature, columnResizingFeature, rowSortingFeature });
const helper = createColumnHelper<typeof features, Row>();

/** Widths, order and rows of the grid. The server sorts; the table only knows by what. */
export function useGridTable(
  looks: readonly ColumnLook[],
  rows: Row[],
  sorting: SortKey[],
  onSorting: (sorting: SortKey[]) => void,
) {
  const columns = useMemo(
    () =>
      looks.map(({ name, label, width }) =>
        helper.accessor((row) => row[name], {
          id: name,
          header: label,
          size: width,
          minSize: 60,
          maxSize: 1200,
        }),
      ),
    [looks],
  );
  return useTable({
    features,
    columns,
    data: rows,
    state: { sorting },
    manualSorting: true,
    columnResizeMode: "onChange",
    sortDescFirst: false,
    onSortingChange: (change) => {
      onSorting(typeof change === "function" ? change(sorting) : change);
    },
  });
}

export type GridTable = ReturnType<typeof useGridTable>;
export type GridHeader = ReturnType<GridTable["getHeaderGroups"]>[number]["headers"][number];
