import { ActionIcon, Drawer, Group, TextInput } from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconSearch } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useState } from "react";

import type { Row } from "@/api/types";
import { ColumnIcon } from "@/components/ColumnIcon";
import { CellValue } from "@/features/records/CellValue";
import type { ColumnLook } from "@/features/records/columnLooks";
import styles from "@/features/records/grid.module.css";
import { describeType } from "@/lib/columnTypes";
import { formatInteger } from "@/lib/format";

interface Props {
  looks: readonly ColumnLook[];
  rows: readonly Row[];
  /** The open row; null when none is. */
  index: number | null;
  onIndex: (index: number | null) => void;
}

const MANY_COLUMNS = 12;

function Fields({ looks, row }: { looks: readonly ColumnLook[]; row: Row }) {
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const window = useVirtualizer({
    count: looks.length,
    getScrollElement: () => scroller,
    estimateSize: () => 56,
    getItemKey: (at) => looks[at]?.name ?? at,
    overscan: 8,
  });
  return (
    // The list scrolls, so it must be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div ref={setScroller} className={styles.fields} tabIndex={0} role="region" aria-label="Values">
      <dl style={{ height: window.getTotalSize() }}>
        {window.getVirtualItems().map(({ index, start }) => {
          const look = looks[index];
          if (!look) return null;
          return (
            <div
              key={look.name}
              ref={window.measureElement}
              data-index={index}
              className={styles.field}
              style={{ transform: `translateY(${start}px)` }}
            >
              <dt title={describeType(look.type)}>
                <ColumnIcon family={look.family} />
                {look.label}
              </dt>
              <dd>
                <CellValue value={row[look.name]} type={look.type} isDateOnly={look.isDateOnly} />
              </dd>
            </div>
          );
        })}
      </dl>
    </div>
  );
}

/** One row with all its values, whole. */
export function RecordDrawer({ looks, rows, index, onIndex }: Props) {
  const [search, setSearch] = useState("");
  const row = index === null ? undefined : rows[index];
  const at = index ?? 0;
  const wanted = search.trim().toLowerCase();
  const shown = looks.filter(({ label }) => label.toLowerCase().includes(wanted));
  return (
    <Drawer
      opened={row !== undefined}
      onClose={() => {
        onIndex(null);
      }}
      position="right"
      size={460}
      title={`Row ${formatInteger(at + 1)}`}
      closeButtonProps={{ "aria-label": "Close row" }}
      classNames={{ body: styles.drawerBody, content: styles.drawerContent }}
    >
      <Group gap="xs" wrap="nowrap">
        {looks.length > MANY_COLUMNS && (
          <TextInput
            size="xs"
            flex={1}
            aria-label="Find a column"
            placeholder="Find a column"
            leftSection={<IconSearch size={14} stroke={1.7} />}
            value={search}
            onChange={(event) => {
              setSearch(event.currentTarget.value);
            }}
          />
        )}
        <ActionIcon
          variant="default"
          aria-label="Previous row"
          disabled={at === 0}
          onClick={() => {
            onIndex(at - 1);
          }}
        >
          <IconChevronUp size={16} />
        </ActionIcon>
        <ActionIcon
          variant="default"
          aria-label="Next row"
          disabled={at >= rows.length - 1}
          onClick={() => {
            onIndex(at + 1);
          }}
        >
          <IconChevronDown size={16} />
        </ActionIcon>
      </Group>
      {row && <Fields looks={shown} row={row} />}
    </Drawer>
  );
}
