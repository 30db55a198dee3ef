import { Checkbox, Group } from "@mantine/core";

import type { Sync } from "@/api/types";

type Change = Sync["changes"][number];

interface Props {
  changes: readonly Change[];
  error?: string;
  onChange: (changes: Change[]) => void;
}

const KINDS: readonly { value: Change; label: string }[] = [
  { value: "insert", label: "New rows" },
  { value: "update", label: "Changed rows" },
  { value: "delete", label: "Deleted rows" },
];

/** Which changes of the dataset are sent. */
export function ChangeFields({ changes, error, onChange }: Props) {
  return (
    <Checkbox.Group
      label="Sends"
      value={[...changes]}
      error={error}
      onChange={(chosen) =>
        onChange(KINDS.map(({ value }) => value).filter((one) => chosen.includes(one)))
      }
    >
      <Group mt={8} gap="lg">
        {KINDS.map(({ value, label }) => (
          <Checkbox key={value} value={value} label={label} />
        ))}
      </Group>
    </Checkbox.Group>
  );
}
