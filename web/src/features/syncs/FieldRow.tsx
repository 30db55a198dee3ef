import { ActionIcon, CloseButton, Select, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";

import type { FieldDraft } from "@/features/syncs/syncDraft";
import styles from "@/features/syncs/syncs.module.css";
import type { SourceColumn } from "@/features/syncs/useSourceColumns";

interface Props {
  number: number;
  isFirst: boolean;
  isLast: boolean;
  columns: readonly SourceColumn[];
  field: FieldDraft;
  error?: string;
  onChange: (part: Partial<FieldDraft>) => void;
  onMove: (by: number) => void;
  onRemove: () => void;
}

const SPECIAL = [
  { value: "_row_id", label: "Number of the row" },
  { value: "_change", label: "Kind of change" },
];

function options(columns: readonly SourceColumn[], chosen: string) {
  const known = columns.map(({ name, label }) => ({ value: name, label }));
  const isKnown = [...known, ...SPECIAL].some(({ value }) => value === chosen);
  return [...(isKnown ? [] : [{ value: chosen, label: chosen }]), ...known, ...SPECIAL];
}

/** A field of the records: what it holds, and what it is called. */
export function FieldRow({ number, columns, field, error, onChange, ...rest }: Props) {
  return (
    <div className={styles.fieldRow} role="group" aria-label={`Field ${number}`}>
      {field.column === null ? (
        <TextInput
          aria-label="Constant"
          placeholder='constant: text, 1 or "1"'
          value={field.value}
          onChange={(event) => onChange({ value: event.currentTarget.value })}
        />
      ) : (
        <Select
          aria-label="Column"
          searchable
          allowDeselect={false}
          data={options(columns, field.column)}
          value={field.column}
          onChange={(column) => {
            if (column !== null) onChange({ column });
          }}
        />
      )}
      <TextInput
        aria-label="Name in the record"
        placeholder="name in the record"
        value={field.name}
        error={error}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <div className={styles.rowActions}>
        <ActionIcon
          aria-label={`Move field ${number} up`}
          disabled={rest.isFirst}
          onClick={() => rest.onMove(-1)}
        >
          <IconArrowUp size={15} stroke={1.7} />
        </ActionIcon>
        <ActionIcon
          aria-label={`Move field ${number} down`}
          disabled={rest.isLast}
          onClick={() => rest.onMove(1)}
        >
          <IconArrowDown size={15} stroke={1.7} />
        </ActionIcon>
        <CloseButton aria-label={`Leave field ${number} out`} onClick={rest.onRemove} />
      </div>
    </div>
  );
}
