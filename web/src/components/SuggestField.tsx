import { Autocomplete, CloseButton } from "@mantine/core";
import { useDebouncedCallback, useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";

interface Props {
  label: string;
  value: string;
  onChange: (value: string | undefined) => void;
  /** Finds the values that contain a text. */
  suggest: (text: string, signal: AbortSignal) => Promise<readonly string[]>;
  /** What the values depend on. */
  queryKey: readonly unknown[];
  /** Only a value that was chosen, or typed and confirmed by Enter, counts. */
  isExact?: boolean;
  className?: string;
}

/** A text to filter by, with the values that there are to choose from. */
export function SuggestField(props: Props) {
  const { label, value, onChange, suggest, queryKey, isExact = false, className } = props;
  const [typed, setTyped] = useState(value);
  const [isOpen, setOpen] = useState(false);
  const [asked] = useDebouncedValue(typed.trim(), 150);
  const { data } = useQuery({
    queryKey: [...queryKey, asked],
    queryFn: ({ signal }) => suggest(asked, signal),
    staleTime: 30_000,
    enabled: isOpen,
    placeholderData: keepPreviousData,
  });
  const apply = (text: string) => onChange(text.trim() || undefined);
  const applySoon = useDebouncedCallback(apply, 250);
  const change = (text: string) => {
    setTyped(text);
    if (!isExact || text === "") applySoon(text);
  };
  return (
    <Autocomplete
      className={className}
      aria-label={label}
      placeholder={label}
      value={typed}
      data={[...new Set(data ?? [])]}
      // The server has filtered them.
      filter={({ options }) => options}
      maxDropdownHeight={280}
      onChange={change}
      onOptionSubmit={apply}
      onKeyDown={(event) => {
        if (event.key === "Enter") apply(typed);
      }}
      onDropdownOpen={() => setOpen(true)}
      onDropdownClose={() => setOpen(false)}
      rightSection={
        typed !== "" && (
          <CloseButton size="sm" aria-label={`Clear ${label}`} onClick={() => change("")} />
        )
      }
    />
  );
}
