import { TextInput } from "@mantine/core";

import { isArchive, isWorkbook } from "@/features/uploads/fileNames";

/** Which part of a file is read, as typed. */
export interface PartDraft {
  sheet: string;
  member: string;
}

interface Props {
  draft: PartDraft;
  onChange: (draft: PartDraft) => void;
  files: readonly File[];
}

/** Asks for the sheet of a workbook and the file in an archive, where such files are chosen. */
export function PartFields({ draft, onChange, files }: Props) {
  return (
    <>
      {files.some(({ name }) => isWorkbook(name)) && (
        <TextInput
          label="Sheet"
          description="Its name, or its number from 1. The first one with a table if left empty."
          value={draft.sheet}
          onChange={(event) => {
            onChange({ ...draft, sheet: event.currentTarget.value });
          }}
        />
      )}
      {files.some(({ name }) => isArchive(name)) && (
        <TextInput
          label="Member"
          description="The file to read in the archive. Needed if it holds several."
          value={draft.member}
          onChange={(event) => {
            onChange({ ...draft, member: event.currentTarget.value });
          }}
        />
      )}
    </>
  );
}
