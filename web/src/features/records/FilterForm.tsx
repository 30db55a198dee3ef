import { Button, Group, Select, Stack } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";

import type { ColumnLook } from "@/features/records/columnLooks";
import { FilterValue } from "@/features/records/FilterValue";
import { findProblem } from "@/features/records/filterDraft";
import type { ColumnFilters } from "@/features/records/HeaderCell";
import {
  operatorsFor,
  operatorWord,
  withoutColumn,
  type Filter,
  type Operator,
} from "@/lib/filters";

interface Props {
  look: ColumnLook;
  columnFilters: ColumnFilters;
  onClose: () => void;
}

function firstDraft(look: ColumnLook, filters: readonly Filter[]): Filter {
  const present = filters.find(({ column }) => column === look.name);
  if (present) return present;
  const operator = operatorsFor(look.family)[0] ?? "eq";
  return { column: look.name, operator, value: look.family === "boolean" ? "true" : "" };
}

/** The value to begin with after another operator was chosen. */
function valueFor(operator: Operator, old: Filter): string {
  if (operator === "isnull") return "true";
  return old.operator === "isnull" ? "" : old.value;
}

/** One condition on a column: an operator that fits its type, and a value. */
export function FilterForm({ look, columnFilters, onClose }: Props) {
  const { slug, filters, onFilters } = columnFilters;
  const [draft, setDraft] = useState(() => firstDraft(look, filters));
  const [isTried, setTried] = useState(false);
  const problem = findProblem(draft, look.family);
  const others = withoutColumn(filters, look.name);

  const onSubmit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (problem !== null) return;
    onFilters([...others, draft]);
    onClose();
  };
  const clear = () => {
    onFilters(others);
    onClose();
  };
  return (
    <form onSubmit={onSubmit} aria-label={`Filter ${look.label}`} noValidate>
      <Stack gap="xs" w={250}>
        <Select
          aria-label="Condition"
          size="xs"
          allowDeselect={false}
          comboboxProps={{ withinPortal: false }}
          data={operatorsFor(look.family).map((operator) => ({
            value: operator,
            label: operatorWord(operator, look.family),
          }))}
          value={draft.operator}
          onChange={(operator) => {
            if (operator === null) return;
            setDraft({ ...draft, operator, value: valueFor(operator, draft) });
          }}
        />
        <FilterValue
          slug={slug}
          look={look}
          draft={draft}
          onChange={setDraft}
          error={isTried ? problem : null}
        />
        <Group justify="space-between" gap="xs">
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            disabled={others.length === filters.length}
            onClick={clear}
          >
            Clear
          </Button>
          <Button size="compact-sm" type="submit">
            Apply
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
