import { Checkbox } from "@mantine/core";

interface Props {
  checked: boolean;
  onChange: (checked: boolean) => void;
}

export function RecursiveField({ checked, onChange }: Props) {
  return (
    <Checkbox
      label="Folders below count too"
      checked={checked}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}
