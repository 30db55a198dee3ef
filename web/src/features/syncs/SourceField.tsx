import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { datasetsQuery } from "@/api/queries";
import { templatesQuery } from "@/api/retail";
import type { Source } from "@/features/syncs/syncDraft";

interface Props {
  source: Source;
  /** A sync stays with its dataset. */
  isFixed: boolean;
  error?: string;
  onChange: (source: Source) => void;
}

const TEMPLATE = "template:";
const DATASET = "dataset:";

function toValue({ dataset, template }: Source): string | null {
  if (template !== null) return TEMPLATE + template;
  return dataset === null ? null : DATASET + dataset;
}

function toSource(value: string): Source {
  return value.startsWith(TEMPLATE)
    ? { dataset: null, template: value.slice(TEMPLATE.length) }
    : { dataset: value.slice(DATASET.length), template: null };
}

function useChoices(source: Source, search: string) {
  const { data: found } = useInfiniteQuery({
    ...datasetsQuery(search),
    placeholderData: keepPreviousData,
  });
  const { data: known } = useQuery(templatesQuery);
  const datasets = (found?.pages ?? [])
    .flatMap(({ items }) => items)
    .map(({ slug, name }) => ({ value: DATASET + slug, label: name }));
  const chosen = source.dataset;
  if (chosen !== null && !datasets.some(({ value }) => value === DATASET + chosen)) {
    datasets.unshift({ value: DATASET + chosen, label: chosen });
  }
  const templates = (known?.items ?? [])
    .filter(({ label, name }) => `${label} ${name}`.toLowerCase().includes(search.toLowerCase()))
    .map(({ name, label }) => ({ value: TEMPLATE + name, label: `${label}, whichever it is` }));
  return [
    { group: "Datasets", items: datasets },
    { group: "The dataset of a template", items: templates },
  ];
}

/** Which dataset's changes are sent: one of them, or whichever follows a template. */
export function SourceField({ source, isFixed, error, onChange }: Props) {
  const [typed, setTyped] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [search] = useDebouncedValue(isOpen ? typed : "", 200);
  const data = useChoices(source, search);
  const value = toValue(source);
  const label = data.flatMap(({ items }) => items).find((one) => one.value === value)?.label;
  return (
    <Select
      label="Dataset"
      placeholder="Choose a dataset"
      searchable
      allowDeselect={false}
      disabled={isFixed}
      error={error}
      nothingFoundMessage="No dataset matches"
      data={data}
      filter={({ options }) => options}
      value={value}
      searchValue={isOpen ? typed : (label ?? "")}
      onSearchChange={setTyped}
      onDropdownOpen={() => {
        setTyped("");
        setOpen(true);
      }}
      onDropdownClose={() => setOpen(false)}
      onChange={(chosen) => {
        if (chosen !== null) onChange(toSource(chosen));
      }}
    />
  );
}
