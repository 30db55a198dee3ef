import {
  ActionIcon,
  Autocomplete,
  Button,
  Checkbox,
  Select,
  TagsInput,
  TextInput,
} from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconPlus, IconTrash } from "@tabler/icons-react";

import { templatesQuery } from "@/api/retail";
import { columnName, newColumn, type ColumnDraft } from "@/features/templates/templateDraft";
import styles from "@/features/templates/templates.module.css";
import { FAMILY_HELP, TYPES, typeWords } from "@/features/templates/words";

interface Props {
  columns: readonly ColumnDraft[];
  /** By the API's names: "columns.0.name". */
  errors: Readonly<Record<string, string>>;
  onChange: (columns: ColumnDraft[]) => void;
}

interface RowProps {
  column: ColumnDraft;
  index: number;
  roles: readonly string[];
  error: (field: string) => string | undefined;
  canRemove: boolean;
  onType: (part: Partial<ColumnDraft>) => void;
  onRemove: () => void;
}

/** The types to choose from, with the one that the column has by now. */
function typesWith(type: string) {
  const isKnown = TYPES.some(({ value }) => value === type);
  return isKnown ? TYPES : [...TYPES, { value: type, label: typeWords(type) }];
}

function NameFields({ column, error, onType }: Pick<RowProps, "column" | "error" | "onType">) {
  return (
    <>
      <TextInput
        label="Header"
        value={column.label}
        error={error("label")}
        onChange={(event) => onType({ label: event.currentTarget.value })}
      />
      <TextInput
        label="Name"
        value={columnName(column)}
        error={error("name")}
        onChange={(event) => onType({ name: event.currentTarget.value || null })}
      />
    </>
  );
}

function ColumnRow({ column, index, roles, error, canRemove, onType, onRemove }: RowProps) {
  return (
    <div className={styles.column} role="group" aria-label={`Column ${index + 1}`}>
      <NameFields column={column} error={error} onType={onType} />
      <Select
        label="Type"
        allowDeselect={false}
        data={[...typesWith(column.type)]}
        value={column.type}
        error={error("type")}
        onChange={(type) => onType({ type: type ?? "text" })}
        comboboxProps={{ width: 320, position: "bottom-start" }}
      />
      <TagsInput
        label="Other headers"
        placeholder={column.aliases.length === 0 ? "Type one, then Enter" : undefined}
        splitChars={[",", ";", "\t", "\n"]}
        acceptValueOnBlur
        value={column.aliases}
        error={error("aliases")}
        onChange={(aliases) => onType({ aliases })}
      />
      <Autocomplete
        label="Role"
        placeholder={columnName(column)}
        data={[...roles]}
        value={column.role}
        error={error("role")}
        onChange={(role) => onType({ role })}
      />
      <Checkbox
        className={styles.required}
        label="Required"
        checked={column.required}
        onChange={(event) => onType({ required: event.currentTarget.checked })}
      />
      <ActionIcon
        className={styles.remove}
        variant="subtle"
        color="gray"
        aria-label={`Remove column ${index + 1}`}
        disabled={!canRemove}
        onClick={onRemove}
      >
        <IconTrash size={16} />
      </ActionIcon>
    </div>
  );
}

/** Roles that figures and invoices know. */
function useRoles(): string[] {
  const { data } = useQuery(templatesQuery);
  const builtIn = data?.items.filter((one) => one.built_in) ?? [];
  return [...new Set(builtIn.flatMap(({ columns }) => columns.map(({ role }) => role)))];
}

/** The columns of a template, to type in. */
export function ColumnEditor({ columns, errors, onChange }: Props) {
  const roles = useRoles();
  const errorOf = (index: number) => (field: string) => {
    const place = `columns.${index}.${field}`;
    return (
      errors[place] ?? Object.entries(errors).find(([key]) => key.startsWith(`${place}.`))?.[1]
    );
  };
  return (
    <fieldset className={styles.columns}>
      <legend>Columns</legend>
      <p className={styles.hint}>{FAMILY_HELP}</p>
      {columns.map((column, index) => (
        <ColumnRow
          key={column.key}
          column={column}
          index={index}
          roles={roles}
          error={errorOf(index)}
          canRemove={columns.length > 1}
          onType={(part) =>
            onChange(columns.map((one) => (one.key === column.key ? { ...one, ...part } : one)))
          }
          onRemove={() => onChange(columns.filter((one) => one.key !== column.key))}
        />
      ))}
      <div>
        <Button
          variant="subtle"
          leftSection={<IconPlus size={15} />}
          onClick={() => onChange([...columns, newColumn()])}
        >
          Add column
        </Button>
      </div>
    </fieldset>
  );
}
