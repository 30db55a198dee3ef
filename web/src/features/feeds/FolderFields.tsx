import { TextInput } from "@mantine/core";

import type { SourceOf } from "@/features/feeds/feedDraft";
import type { FormPart } from "@/features/feeds/formTypes";
import { RecursiveField } from "@/features/feeds/RecursiveField";

interface Props extends FormPart {
  source: SourceOf<"folder">;
}

export function FolderFields({ source, errors, onChange }: Props) {
  return (
    <>
      <TextInput
        label="Folder"
        description="On the disks of the Rowmill server, below one that its administrator allows."
        placeholder="/srv/deliveries"
        spellCheck={false}
        value={source.folder}
        error={errors["source.folder"]}
        onChange={(event) => onChange({ source: { ...source, folder: event.currentTarget.value } })}
      />
      <RecursiveField
        checked={source.recursive}
        onChange={(recursive) => onChange({ source: { ...source, recursive } })}
      />
    </>
  );
}
