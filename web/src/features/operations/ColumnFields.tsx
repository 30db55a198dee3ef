import { MultiSelect, Select } from "@mantine/core";

import type { Column } from "@/api/types";

interface Props {
  columns: readonly Column[];
  /** Names of the chosen columns. */
  chosen: readonly string[];
  onChange: (chosen: string[] | undefined) => void;
}

const toOptions = (columns: readonly Column[]) =>
  columns.map(({ name, label }) => ({ value: name, label }));

/** The columns that decide what is equal; none stands for all. */
export function DedupColumns({ columns, chosen, onChange }: Props) {
  return (
    <MultiSelect
      label="Equal in"
      description="Rows are duplicates when they are equal in all of these."
      placeholder={chosen.length === 0 ? "All columns" : undefined}
      searchable
      clearable
      nothingFoundMessage="No column matches"
      data={toOptions(columns)}
      value={[...chosen]}
      onChange={(names) => {
        onChange(names.length > 0 ? names : undefined);
      }}
    />
  );
}

/** The column of whose values each is to occur once. */
export function UniqueColumn({ columns, chosen, onChange }: Props) {
  return (
    <Select
      label="Column"
      placeholder="Choose a column"
      searchable
      allowDeselect={false}
      nothingFoundMessage="No column matches"
      data={toOptions(columns)}
      value={chosen[0] ?? null}
      onChange={(name) => {
        if (name !== null) onChange([name]);
      }}
    />
  );
}
