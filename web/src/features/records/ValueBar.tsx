import { ActionIcon, Button, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";

import { CellValue } from "@/features/records/CellValue";
import type { ColumnLook } from "@/features/records/columnLooks";
import styles from "@/features/records/grid.module.css";
import { formatCell } from "@/lib/cells";

interface Props {
  look: ColumnLook;
  value: unknown;
  onOpen: () => void;
}

/** The chosen cell in full, however long it is. */
export function ValueBar({ look, value, onOpen }: Props) {
  const text = formatCell(value, look.type, look.isDateOnly) ?? "";
  return (
    <section className={styles.valueBar} aria-label="Chosen cell">
      <span className={styles.valueName}>{look.label}</span>
      <span className={styles.valueText}>
        <CellValue value={value} type={look.type} isDateOnly={look.isDateOnly} />
      </span>
      <CopyButton value={text} timeout={1500}>
        {({ copied, copy }) => (
          <ActionIcon aria-label="Copy value" onClick={copy}>
            {copied ? <IconCheck size={15} /> : <IconCopy size={15} stroke={1.7} />}
          </ActionIcon>
        )}
      </CopyButton>
      <Button size="compact-sm" variant="default" onClick={onOpen}>
        Open row
      </Button>
    </section>
  );
}
