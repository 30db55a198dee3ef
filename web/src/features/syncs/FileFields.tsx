import { Select, TextInput } from "@mantine/core";

import type { Messages, S3Target, SftpTarget } from "@/features/syncs/syncDraft";

type FileTarget = Pick<SftpTarget | S3Target, "file_name" | "format">;

interface Props {
  target: FileTarget;
  errors: Messages;
  onChange: (part: Partial<FileTarget>) => void;
}

const FORMATS: readonly { value: FileTarget["format"]; label: string }[] = [
  { value: "csv", label: "CSV" },
  { value: "jsonl", label: "JSON Lines" },
];

/** What the file of a delivery is called and how it is written. */
export function FileFields({ target, errors, onChange }: Props) {
  return (
    <>
      <TextInput
        label="File name"
        description="May hold {dataset}, {version}, {time} and {format}."
        classNames={{ input: "mono" }}
        value={target.file_name}
        error={errors.file_name}
        onChange={(event) => onChange({ file_name: event.currentTarget.value })}
      />
      <Select
        label="Format"
        allowDeselect={false}
        data={[...FORMATS]}
        value={target.format}
        onChange={(value) => onChange({ format: value === "jsonl" ? "jsonl" : "csv" })}
      />
    </>
  );
}
