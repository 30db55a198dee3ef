import { Button, Group, Modal, Stack } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { ChosenFile } from "@/features/uploads/ChosenFile";
import { DropZone } from "@/features/uploads/DropZone";
import {
  draftOf,
  partOf,
  withDraft,
  type FileDraft,
  type FileDrafts,
} from "@/features/uploads/fileDraft";
import { recognitionQuery } from "@/features/uploads/recognition";
import { NEW_DATASET, type UploadTarget } from "@/features/uploads/sendFile";
import { TargetFields, type TargetDraft } from "@/features/uploads/TargetFields";
import styles from "@/features/uploads/uploads.module.css";
import { useAddFiles } from "@/features/uploads/useAddFiles";
import { countOf } from "@/lib/format";

interface Props {
  opened: boolean;
  onClose: () => void;
  /** Files that were dropped already. */
  files: File[];
  onFiles: (files: File[]) => void;
  /** The dataset to import into, where the page decides it. */
  dataset?: { slug: string; name: string };
}

const PLAIN: TargetDraft = { into: "new", dataset: null, mode: "append", key: [] };

/** Where a file goes, as chosen: fields that are hidden or empty say nothing. */
function toTarget(draft: TargetDraft, file: FileDraft): UploadTarget {
  const part = partOf(file);
  if (draft.into === "new" || !draft.dataset) {
    return { ...NEW_DATASET, template: file.template ?? undefined, ...part };
  }
  const key = draft.mode === "upsert" ? draft.key : [];
  return { dataset: draft.dataset, mode: draft.mode, key, force: false, ...part };
}

/** What still has to be chosen, in words; null when the import may start. */
function findMissing(draft: TargetDraft, files: File[]): string | null {
  if (files.length === 0) return "Choose a file.";
  if (draft.into === "existing" && !draft.dataset) return "Choose a dataset.";
  if (draft.into === "existing" && draft.mode === "upsert" && draft.key.length === 0) {
    return "Choose the columns that identify a row.";
  }
  return null;
}

function UploadForm({ onClose, files, onFiles, dataset }: Omit<Props, "opened">) {
  const addFiles = useAddFiles();
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState<TargetDraft>(
    dataset ? { ...PLAIN, into: "existing", dataset } : PLAIN,
  );
  const [drafts, setDrafts] = useState<FileDrafts>(new Map());
  const missing = findMissing(draft, files);
  const send = () => {
    for (const file of files) {
      const one = draftOf(drafts, file);
      // Where nothing was chosen, what the file was recognised as counts.
      const seen = queryClient.getQueryData(recognitionQuery(file, one).queryKey);
      const { template = seen?.match.template } = one;
      addFiles([file], toTarget(draft, { ...one, template }));
    }
    onClose();
  };
  return (
    <Stack gap="md">
      <DropZone size="field" onFiles={(added) => onFiles([...files, ...added])} />
      <TargetFields draft={draft} onChange={setDraft} isFixed={dataset !== undefined} />
      {files.length > 0 && (
        <ul className={styles.files} aria-label="Chosen files">
          {files.map((file, index) => (
            <ChosenFile
              key={`${file.name}-${index}`}
              file={file}
              draft={draftOf(drafts, file)}
              isNew={draft.into === "new"}
              onDraft={(part) => setDrafts((all) => withDraft(all, file, part))}
              onRemove={() => onFiles(files.filter((one) => one !== file))}
            />
          ))}
        </ul>
      )}
      <Group justify="flex-end" gap="xs">
        {missing !== null && <span className={styles.missing}>{missing}</span>}
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button disabled={missing !== null} onClick={send}>
          {files.length > 1 ? `Import ${countOf(files.length, "file")}` : "Import"}
        </Button>
      </Group>
    </Stack>
  );
}

/** Where files go and how, for when the plain way (a new dataset each) is not what is wanted. */
export function UploadDialog({ opened, onClose, ...form }: Props) {
  const title = form.dataset ? `Add data to ${form.dataset.name}` : "Import files";
  return (
    <Modal opened={opened} onClose={onClose} title={title} size={640}>
      <UploadForm onClose={onClose} {...form} />
    </Modal>
  );
}
