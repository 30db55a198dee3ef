import { Autocomplete } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";

import { datasetsQuery } from "@/api/queries";

interface Props {
  placeholder: string;
  value: string;
  error?: string;
  onChange: (dataset: string) => void;
}

/** A dataset by its slug: one that there is, or the name of one to be made. */
export function DatasetField({ placeholder, value, error, onChange }: Props) {
  const [search] = useDebouncedValue(value.trim(), 200);
  const { data } = useInfiniteQuery({
    ...datasetsQuery(search),
    placeholderData: keepPreviousData,
  });
  const slugs = (data?.pages ?? []).flatMap(({ items }) => items.map(({ slug }) => slug));
  return (
    <Autocomplete
      label="Dataset"
      placeholder={placeholder}
      data={[...new Set(slugs)]}
      // The server has filtered them.
      filter={({ options }) => options}
      maxDropdownHeight={240}
      value={value}
      error={error}
      onChange={onChange}
    />
  );
}
