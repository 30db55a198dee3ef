import { ActionIcon, Popover } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconFilter, IconFilterFilled } from "@tabler/icons-react";

import { ColumnIcon } from "@/components/ColumnIcon";
import type { ColumnLook } from "@/features/records/columnLooks";
import { FilterForm } from "@/features/records/FilterForm";
import styles from "@/features/records/grid.module.css";
import { cellId } from "@/features/records/gridKeys";
import type { GridHeader } from "@/features/records/useGridTable";
import { describeType } from "@/lib/columnTypes";
import type { Filter } from "@/lib/filters";

/** What the header needs to show and change the filters of its columns. */
export interface ColumnFilters {
  slug: string;
  filters: readonly Filter[];
  onFilters: (filters: Filter[]) => void;
  /** The column whose filter is open. */
  open: string | null;
  onOpen: (column: string | null) => void;
}

interface Props {
  header: GridHeader;
  look: ColumnLook;
  index: number;
  left: number;
  width: number;
  isActive: boolean;
  columnFilters: ColumnFilters;
}

function SortMark({ header }: { header: GridHeader }) {
  const direction = header.column.getIsSorted();
  if (direction === false) return null;
  const Icon = direction === "desc" ? IconArrowDown : IconArrowUp;
  const isOneOfMany = header.getContext().table.atoms.sorting.get().length > 1;
  return (
    <span className={styles.sortMark}>
      <Icon size={13} stroke={2} aria-hidden />
      {isOneOfMany && <sub>{header.column.getSortIndex() + 1}</sub>}
    </span>
  );
}

function FilterButton({ look, columnFilters }: Pick<Props, "look" | "columnFilters">) {
  const { filters, open, onOpen } = columnFilters;
  const isOpen = open === look.name;
  const hasFilter = filters.some(({ column }) => column === look.name);
  const close = () => {
    onOpen(null);
  };
  return (
    <Popover opened={isOpen} onDismiss={close} position="bottom-start" shadow="md" trapFocus>
      <Popover.Target>
        <ActionIcon
          size={22}
          className={styles.filterButton}
          data-shown={hasFilter || isOpen}
          aria-label={`Filter ${look.label}`}
          aria-pressed={hasFilter}
          tabIndex={-1}
          onClick={() => {
            onOpen(isOpen ? null : look.name);
          }}
        >
          {hasFilter ? <IconFilterFilled size={13} /> : <IconFilter size={14} stroke={1.7} />}
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        {isOpen && <FilterForm look={look} columnFilters={columnFilters} onClose={close} />}
      </Popover.Dropdown>
    </Popover>
  );
}

const SORT_WORDS = { asc: "ascending", desc: "descending" } as const;

export function HeaderCell({ header, look, index, left, width, isActive, columnFilters }: Props) {
  const sorted = header.column.getIsSorted();
  return (
    <div
      id={cellId({ row: -1, column: index })}
      role="columnheader"
      aria-colindex={index + 1}
      aria-sort={sorted === false ? "none" : SORT_WORDS[sorted]}
      data-active={isActive}
      className={styles.headCell}
      style={{ left, width }}
    >
      <button
        type="button"
        className={styles.headButton}
        tabIndex={-1}
        title={`${look.label}: ${describeType(look.type)}. Click to sort, with Shift by several.`}
        onClick={header.column.getToggleSortingHandler()}
      >
        <ColumnIcon family={look.family} />
        <span className="truncate">{look.label}</span>
        <SortMark header={header} />
      </button>
      <FilterButton look={look} columnFilters={columnFilters} />
      <div
        className={styles.resizer}
        data-resizing={header.column.getIsResizing()}
        aria-hidden
        onMouseDown={header.getResizeHandler()}
        onTouchStart={header.getResizeHandler()}
        onDoubleClick={() => {
          header.column.resetSize();
        }}
      />
    </div>
  );
}
