import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";

import { datasetsQuery } from "@/api/queries";
import type { DatasetDetail } from "@/api/types";
import { countOf } from "@/lib/format";

interface Props {
  dataset: Pick<DatasetDetail, "slug" | "name"> | null;
  onChange: (slug: string) => void;
}

/** Which dataset to read, found by its name. */
export function DatasetSelect({ dataset, onChange }: Props) {
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed === dataset?.name ? "" : typed, 200);
  const { data } = useInfiniteQuery({
    ...datasetsQuery(search),
    placeholderData: keepPreviousData,
  });
  const found = (data?.pages ?? [])
    .flatMap(({ items }) => items)
    .filter(({ version }) => version !== null);
  const rows = new Map(found.map(({ slug, row_count }) => [slug, row_count]));
  const options = found.map(({ slug, name }) => ({ value: slug, label: name }));
  if (dataset && !rows.has(dataset.slug)) {
    options.unshift({ value: dataset.slug, label: dataset.name });
  }
  return (
    <Select
      label="Dataset"
      placeholder="Choose a dataset"
      searchable
      allowDeselect={false}
      nothingFoundMessage="No dataset matches"
      data={options}
      filter={({ options: all }) => all}
      value={dataset?.slug ?? null}
      searchValue={typed}
      onSearchChange={setTyped}
      renderOption={({ option }) => (
        <span style={{ display: "flex", width: "100%", gap: 12 }}>
          <span className="truncate" style={{ flex: 1 }}>
            {option.label}
          </span>
          <span className="muted tabular">
            {rows.has(option.value) && countOf(rows.get(option.value) ?? 0, "row")}
          </span>
        </span>
      )}
      onChange={(slug) => {
        if (slug !== null) onChange(slug);
      }}
    />
  );
}
