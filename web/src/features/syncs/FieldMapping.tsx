import { Button, Radio, Stack } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";

import { FieldRow } from "@/features/syncs/FieldRow";
import { newField, type FieldDraft, type Messages, type Source } from "@/features/syncs/syncDraft";
import styles from "@/features/syncs/syncs.module.css";
import { useSourceColumns, type SourceColumn } from "@/features/syncs/useSourceColumns";

interface Props {
  source: Source;
  fields: FieldDraft[] | null;
  errors: Messages;
  onChange: (fields: FieldDraft[] | null) => void;
}

interface RowsProps {
  columns: readonly SourceColumn[];
  fields: FieldDraft[];
  errors: Messages;
  onChange: (fields: FieldDraft[]) => void;
}

/** The same list with one of them a place further up or down. */
function moved(fields: FieldDraft[], from: number, by: number): FieldDraft[] {
  const next = [...fields];
  next.splice(from + by, 0, ...next.splice(from, 1));
  return next;
}

function Rows({ columns, fields, errors, onChange }: RowsProps) {
  const used = new Set(fields.map(({ column }) => column));
  const free = columns.find(({ name }) => !used.has(name)) ?? columns[0];
  return (
    <fieldset className={styles.rows}>
      <legend className="visually-hidden">Fields of a record</legend>
      {fields.length > 0 && (
        <div className={styles.fieldHead} aria-hidden>
          <span>Column</span>
          <span>Field</span>
        </div>
      )}
      {fields.map((field, index) => (
        <FieldRow
          key={field.key}
          number={index + 1}
          isFirst={index === 0}
          isLast={index === fields.length - 1}
          columns={columns}
          field={field}
          error={
            errors[`fields.${index}.name`] ??
            errors[`fields.${index}.column`] ??
            errors[`fields.${index}.value`]
          }
          onChange={(part) =>
            onChange(fields.map((one) => (one.key === field.key ? { ...one, ...part } : one)))
          }
          onMove={(by) => onChange(moved(fields, index, by))}
          onRemove={() => onChange(fields.filter(({ key }) => key !== field.key))}
        />
      ))}
      <div className={styles.rowButtons}>
        <Button
          size="xs"
          variant="default"
          disabled={!free}
          leftSection={<IconPlus size={14} stroke={2} />}
          onClick={() => {
            if (free) onChange([...fields, newField({ column: free.name, name: free.name })]);
          }}
        >
          Add column
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} stroke={2} />}
          onClick={() => onChange([...fields, newField()])}
        >
          Add constant
        </Button>
      </div>
    </fieldset>
  );
}

/** What each record holds: all columns, or those that are chosen, under names that are chosen. */
export function FieldMapping({ source, fields, errors, onChange }: Props) {
  const columns = useSourceColumns(source);
  const isMissing = source.dataset === null && source.template === null;
  return (
    <>
      <Radio.Group
        aria-label="Fields of a record"
        value={fields === null ? "all" : "chosen"}
        error={errors.fields}
        onChange={(value) =>
          onChange(
            value === "all" ? null : columns.map(({ name }) => newField({ column: name, name })),
          )
        }
      >
        <Stack gap={8}>
          <Radio value="all" label="All columns, under their own names" />
          <Radio
            value="chosen"
            label="These fields"
            disabled={columns.length === 0 && fields === null}
            description={isMissing ? "Choose a dataset first." : undefined}
          />
        </Stack>
      </Radio.Group>
      {fields && <Rows columns={columns} fields={fields} errors={errors} onChange={onChange} />}
    </>
  );
}
