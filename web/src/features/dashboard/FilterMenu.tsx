import { Button, Combobox, Loader, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { IconCheck, IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";

import { toMessage } from "@/api/problem";
import type { QueryPairs } from "@/api/queries";
import { dashboardValuesQuery } from "@/api/retail";
import styles from "@/features/dashboard/dashboard.module.css";
import { FIELD_WORDS, type Field } from "@/features/dashboard/dashboardSearch";

interface Props {
  field: Field;
  picked: readonly string[];
  /** The filters as parameters: values that no other filter leaves are not offered. */
  pairs: QueryPairs;
  onToggle: (value: string) => void;
}

/** The values on offer: what is picked stays in sight until something is searched for. */
function Options({ field, picked, pairs, typed }: Omit<Props, "onToggle"> & { typed: string }) {
  const [q] = useDebouncedValue(typed.trim(), 150);
  const { data, error } = useQuery({
    ...dashboardValuesQuery(field, q, pairs),
    placeholderData: keepPreviousData,
  });
  if (error) return <Combobox.Empty>{toMessage(error)}</Combobox.Empty>;
  if (!data) {
    return (
      <Combobox.Empty>
        <Loader size="xs" />
      </Combobox.Empty>
    );
  }
  const found = data.items.map(({ value }) => value);
  const missing = q === "" ? picked.filter((one) => !found.includes(one)) : [];
  const values = [...missing, ...found];
  if (values.length === 0) return <Combobox.Empty>No value contains “{q}”</Combobox.Empty>;
  return values.map((value) => {
    const isPicked = picked.includes(value);
    return (
      <Combobox.Option key={value} value={value} active={isPicked} aria-selected={isPicked}>
        <span className={styles.option}>
          <IconCheck size={14} aria-hidden opacity={isPicked ? 1 : 0} />
          <span className="truncate">{value}</span>
        </span>
      </Combobox.Option>
    );
  });
}

/** A filter of the dashboard: search among the values of a field and pick any number of them. */
export function FilterMenu({ field, picked, pairs, onToggle }: Props) {
  const [typed, setTyped] = useState("");
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      combobox.focusTarget();
      setTyped("");
    },
    onDropdownOpen: () => combobox.focusSearchInput(),
  });
  const label = FIELD_WORDS[field];
  const isActive = picked.length > 0;
  return (
    <Combobox
      store={combobox}
      width={280}
      position="bottom-start"
      shadow="md"
      onOptionSubmit={(value) => onToggle(value)}
    >
      <Combobox.Target targetType="button" withExpandedAttribute>
        <Button
          size="xs"
          variant={isActive ? "light" : "default"}
          rightSection={<IconChevronDown size={14} stroke={1.7} />}
          aria-label={
            isActive ? `Filter by ${label}: ${picked.length} chosen` : `Filter by ${label}`
          }
          onClick={() => combobox.toggleDropdown()}
        >
          {isActive ? `${label} · ${picked.length}` : label}
        </Button>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          aria-label={`Search ${label}`}
          placeholder={`Search ${label.toLowerCase()}`}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            combobox.resetSelectedOption();
          }}
        />
        <Combobox.Options
          aria-multiselectable
          mah={280}
          style={{ overflowY: "auto" }}
          aria-label={label}
        >
          {combobox.dropdownOpened && (
            <Options field={field} picked={picked} pairs={pairs} typed={typed} />
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
