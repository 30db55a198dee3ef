import { CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";

interface Props {
  label: string;
  /** What stands in the empty field; the label where nothing else is said. */
  placeholder?: string;
  value: string;
  onChange: (value: string | undefined) => void;
  width?: number;
}

/** A search that is asked a moment after the last letter. */
export function SearchField({ label, placeholder = label, value, onChange, width = 280 }: Props) {
  const [typed, setTyped] = useState(value);
  const ask = useDebouncedCallback((text: string) => onChange(text.trim() || undefined), 250);
  const change = (text: string) => {
    setTyped(text);
    ask(text);
  };
  return (
    <TextInput
      aria-label={label}
      placeholder={placeholder}
      w={{ base: "100%", xs: width }}
      leftSection={<IconSearch size={15} stroke={1.7} aria-hidden />}
      rightSection={
        typed !== "" && (
          <CloseButton size="sm" aria-label="Clear search" onClick={() => change("")} />
        )
      }
      value={typed}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}
