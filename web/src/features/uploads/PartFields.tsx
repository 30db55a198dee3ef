import { Select, TextInput } from "@mantine/core";

import type { Recognition } from "@/api/types";
import { isArchive, isWorkbook } from "@/features/uploads/fileNames";
import type { FileDraft } from "@/features/uploads/fileDraft";

interface Props {
  file: File;
  draft: FileDraft;
  onDraft: (part: FileDraft) => void;
  seen: Recognition | undefined;
  /** The files of an archive, as far as they are known. */
  members: readonly string[];
}

interface FieldProps {
  label: string;
  description: string;
  /** What there is to choose from; empty where that is not known. */
  choices: readonly string[];
  value: string;
  onChange: (value: string) => void;
}

function PartField({ label, description, choices, value, onChange }: FieldProps) {
  if (choices.length === 0) {
    return (
      <TextInput
        label={label}
        description={description}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  return (
    <Select
      label={label}
      searchable={choices.length > 10}
      placeholder={`Choose one of ${choices.length}`}
      allowDeselect={false}
      data={[...new Set(choices)]}
      value={value || null}
      onChange={(one) => onChange(one ?? "")}
    />
  );
}

/** Asks for the sheet of a workbook and the file in an archive: from a list where it is known. */
export function PartFields({ file, draft, onDraft, seen, members }: Props) {
  const sheets = seen?.sheets ?? [];
  const hasSheets = sheets.length > 1 || (!seen && isWorkbook(file.name));
  const hasMembers = isArchive(file.name) && (!seen || draft.member !== undefined);
  return (
    <>
      {hasSheets && (
        <PartField
          label="Sheet"
          description="Its name, or its number from 1. The first one with a table if left empty."
          choices={sheets}
          value={draft.sheet ?? seen?.sheet ?? ""}
          onChange={(sheet) => onDraft({ sheet })}
        />
      )}
      {hasMembers && (
        <PartField
          label="Member"
          description="The file to read in the archive. Needed if it holds several."
          choices={members}
          value={draft.member ?? ""}
          onChange={(member) => onDraft({ member })}
        />
      )}
    </>
  );
}
