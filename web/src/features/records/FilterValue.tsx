import { Autocomplete, Group, SegmentedControl, TagsInput, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { valuesQuery } from "@/api/queries";
import type { ColumnLook } from "@/features/records/columnLooks";
import { formatCell } from "@/lib/cells";
import { joinList, splitList, type Filter } from "@/lib/filters";

interface Props {
  slug: string;
  look: ColumnLook;
  draft: Filter;
  onChange: (draft: Filter) => void;
  error: string | null;
}

interface InputProps {
  look: ColumnLook;
  label: string;
  value: string;
  onValue: (value: string) => void;
  error: string | null;
}

function inputType({ family, isDateOnly }: ColumnLook): string {
  if (family === "date" || (family === "time" && isDateOnly)) return "date";
  return family === "time" ? "datetime-local" : "text";
}

function PlainInput({ look, label, value, onValue, error }: InputProps) {
  return (
    <TextInput
      aria-label={label}
      size="xs"
      type={inputType(look)}
      step={look.family === "time" ? 1 : undefined}
      inputMode={look.family === "number" ? "decimal" : undefined}
      data-autofocus
      value={value}
      error={error}
      onChange={(event) => {
        onValue(event.currentTarget.value);
      }}
    />
  );
}

/** Values of the column that contain what was typed, the most frequent first. */
function useSuggestions(slug: string, column: string, typed: string): string[] {
  const [q] = useDebouncedValue(typed, 200);
  const { data } = useQuery({ ...valuesQuery(slug, column, q), placeholderData: keepPreviousData });
  const values = (data?.items ?? []).map(({ value }) => formatCell(value, "text") ?? "");
  return [...new Set(values)].filter((value) => value !== "");
}

function TextValue({ slug, ...input }: InputProps & { slug: string }) {
  const suggestions = useSuggestions(slug, input.look.name, input.value);
  return (
    <Autocomplete
      aria-label={input.label}
      size="xs"
      data-autofocus
      data={suggestions}
      filter={({ options }) => options}
      comboboxProps={{ withinPortal: false }}
      value={input.value}
      error={input.error}
      onChange={input.onValue}
    />
  );
}

function ListValue({ slug, look, draft, onChange, error }: Props) {
  const [typed, setTyped] = useState("");
  const suggestions = useSuggestions(slug, look.name, typed);
  return (
    <TagsInput
      aria-label="Values"
      size="xs"
      data-autofocus
      data={suggestions}
      comboboxProps={{ withinPortal: false }}
      searchValue={typed}
      onSearchChange={setTyped}
      acceptValueOnBlur
      splitChars={[]}
      value={draft.value === "" ? [] : splitList(draft.value)}
      error={error}
      onChange={(values) => {
        onChange({ ...draft, value: joinList(values) });
      }}
    />
  );
}

function RangeValue({ look, draft, onChange, error }: Props) {
  const [from = "", to = ""] = splitList(draft.value);
  const change = (ends: string[]) => {
    onChange({ ...draft, value: joinList(ends) });
  };
  return (
    <Group gap={6} grow wrap="nowrap" align="flex-start">
      <PlainInput
        look={look}
        label="From"
        value={from}
        error={error}
        onValue={(value) => {
          change([value, to]);
        }}
      />
      <PlainInput
        look={look}
        label="To"
        value={to}
        error={null}
        onValue={(value) => {
          change([from, value]);
        }}
      />
    </Group>
  );
}

const CHOICES = {
  isnull: { true: "Missing", false: "Present" },
  boolean: { true: "True", false: "False" },
} as const;

function ChoiceValue({ draft, onChange }: Pick<Props, "draft" | "onChange">) {
  const words = draft.operator === "isnull" ? CHOICES.isnull : CHOICES.boolean;
  return (
    <SegmentedControl
      aria-label="Value"
      size="xs"
      value={draft.value === "false" ? "false" : "true"}
      data={Object.entries(words).map(([value, label]) => ({ value, label }))}
      onChange={(value) => {
        onChange({ ...draft, value });
      }}
    />
  );
}

/** The field for a filter's value, as its operator and its column's type want it. */
export function FilterValue(props: Props) {
  const { slug, look, draft, onChange, error } = props;
  if (draft.operator === "isnull" || look.family === "boolean") {
    return <ChoiceValue draft={draft} onChange={onChange} />;
  }
  if (draft.operator === "between") return <RangeValue {...props} />;
  if (draft.operator === "in") return <ListValue {...props} />;
  const onValue = (value: string) => {
    onChange({ ...draft, value });
  };
  const input = { look, label: "Value", value: draft.value, onValue, error };
  return look.family === "text" ? <TextValue slug={slug} {...input} /> : <PlainInput {...input} />;
}
