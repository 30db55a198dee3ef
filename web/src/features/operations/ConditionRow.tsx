import { CloseButton, Select } from "@mantine/core";
import { useFocusWithin } from "@mantine/hooks";
import { useState } from "react";

import type { Column } from "@/api/types";
import styles from "@/features/operations/operations.module.css";
import {
  needsValue,
  operatorsFor,
  operatorWord,
  type Test,
  type TestOperator,
} from "@/features/operations/wish";
import { findTestProblem } from "@/features/operations/wishProblem";
import { toLooks } from "@/features/records/columnLooks";
import { FilterValue } from "@/features/records/FilterValue";
import { familyOf } from "@/lib/columnTypes";
import type { Operator } from "@/lib/filters";

interface Props {
  number: number;
  slug: string;
  columns: readonly Column[];
  test: Test;
  onChange: (test: Test) => void;
  onRemove: () => void;
}

/** How the table's filters would call it, for the field of the value. */
function toFieldOperator(operator: TestOperator): Operator {
  if (operator === "contains" || operator === "not_contains") return "icontains";
  return operator === "blank" || operator === "present" ? "isnull" : operator;
}

/** The same condition on another column, as far as that column can have it. */
function moveTo(column: Column, test: Test, oldType: string): Test {
  const isSameKind = familyOf(column.type) === familyOf(oldType);
  const operators = operatorsFor(column.type);
  const operator = operators.includes(test.operator) ? test.operator : (operators[0] ?? "eq");
  const empty = familyOf(column.type) === "boolean" ? "true" : "";
  return { column: column.name, operator, value: isSameKind ? test.value : empty };
}

interface ValueProps extends Pick<Props, "slug" | "test" | "onChange"> {
  column: Column;
  error: string | null;
}

function ConditionValue({ slug, test, column, error, onChange }: ValueProps) {
  const [look] = toLooks([column], []);
  if (!look) return null;
  const isSearch = toFieldOperator(test.operator) === "icontains";
  return (
    <FilterValue
      slug={slug}
      // Part of a date or number is looked for as text.
      look={isSearch ? { ...look, family: "text" } : look}
      draft={{ ...test, operator: toFieldOperator(test.operator) }}
      error={error}
      onChange={({ value }) => {
        onChange({ ...test, value });
      }}
    />
  );
}

export function ConditionRow({ number, slug, columns, test, onChange, onRemove }: Props) {
  // A field that nobody has left yet is not wrong, only unfinished.
  const [isLeft, setLeft] = useState(false);
  const { ref: group } = useFocusWithin<HTMLDivElement>({
    onBlur: () => {
      setLeft(true);
    },
  });
  const column = columns.find(({ name }) => name === test.column);
  const type = column?.type ?? "text";
  return (
    <div role="group" aria-label={`Condition ${number}`} className={styles.condition} ref={group}>
      <div className={styles.conditionHead}>
        <Select
          aria-label="Column"
          size="xs"
          flex={1}
          searchable
          allowDeselect={false}
          data={columns.map(({ name, label }) => ({ value: name, label }))}
          value={test.column}
          onChange={(name) => {
            const next = columns.find((one) => one.name === name);
            if (next) onChange(moveTo(next, test, type));
          }}
        />
        <CloseButton size="sm" aria-label={`Remove condition ${number}`} onClick={onRemove} />
      </div>
      <Select
        aria-label="Comparison"
        size="xs"
        allowDeselect={false}
        data={operatorsFor(type).map((operator) => ({
          value: operator,
          label: operatorWord(operator, type),
        }))}
        value={test.operator}
        onChange={(operator) => {
          const known = operatorsFor(type).find((one) => one === operator);
          if (known) onChange({ ...test, operator: known });
        }}
      />
      {column && needsValue(test.operator) && (
        <ConditionValue
          slug={slug}
          column={column}
          test={test}
          error={isLeft ? findTestProblem(test, columns) : null}
          onChange={onChange}
        />
      )}
    </div>
  );
}
