import { ActionIcon, Button, Group, Modal, Stack } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useState } from "react";

import type { ImportMode } from "@/api/types";
import { DropZone } from "@/features/uploads/DropZone";
import { PartFields, type PartDraft } from "@/features/uploads/PartFields";
import { NEW_DATASET, type UploadTarget } from "@/features/uploads/sendFile";
import { TargetFields, type TargetDraft } from "@/features/uploads/TargetFields";
import styles from "@/features/uploads/uploads.module.css";
import { useAddFiles } from "@/features/uploads/useAddFiles";
import { countOf, formatBytes } from "@/lib/format";

interface Props {
  opened: boolean;
  onClose: () => void;
  /** Files that were dropped already. */
  files: File[];
  onFiles: (files: File[]) => void;
  /** The dataset to import into, where the page decides it. */
  dataset?: { slug: string; name: string };
}

/** Where the files go, as chosen: fields that are hidden or empty say nothing. */
function toTarget(draft: TargetDraft, part: PartDraft): UploadTarget {
  const sheet = part.sheet.trim() || undefined;
  const member = part.member.trim() || undefined;
  if (draft.into === "new" || !draft.dataset) {
    return { ...NEW_DATASET, template: draft.template ?? undefined, sheet, member };
  }
  const key = draft.mode === "upsert" ? draft.key : [];
  return { dataset: draft.dataset, mode: draft.mode, key, force: false, sheet, member };
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

function FileList({ files, onFiles }: Pick<Props, "files" | "onFiles">) {
  if (files.length === 0) return null;
  return (
    <ul className={styles.files} aria-label="Chosen files">
      {files.map((file, index) => (
        <li key={`${file.name}-${index}`}>
          <span className="truncate">{file.name}</span>
          <span style={{ display: "flex", alignItems: "center", gap: 8 }}>
            <span className="muted tabular">{formatBytes(file.size)}</span>
            <ActionIcon
              size="sm"
              aria-label={`Remove ${file.name}`}
              onClick={() => {
                onFiles(files.filter((one) => one !== file));
              }}
            >
              <IconX size={14} />
            </ActionIcon>
          </span>
        </li>
      ))}
    </ul>
  );
}

function UploadForm({ onClose, files, onFiles, dataset }: Omit<Props, "opened">) {
  const addFiles = useAddFiles();
  const [draft, setDraft] = useState<TargetDraft>({
    into: dataset ? "existing" : "new",
    dataset: dataset ?? null,
    mode: "append" satisfies ImportMode,
    key: [],
    template: null,
  });
  const [part, setPart] = useState<PartDraft>({ sheet: "", member: "" });
  const missing = findMissing(draft, files);
  const send = () => {
    addFiles(files, toTarget(draft, part));
    onClose();
  };
  return (
    <Stack gap="md">
      <DropZone
        size="field"
        onFiles={(added) => {
          onFiles([...files, ...added]);
        }}
      />
      <FileList files={files} onFiles={onFiles} />
      <PartFields draft={part} onChange={setPart} files={files} />
      <TargetFields draft={draft} onChange={setDraft} isFixed={dataset !== undefined} />
      <Group justify="flex-end" gap="xs">
        {missing !== null && (
          <span className="muted" style={{ marginRight: "auto", fontSize: 13 }}>
            {missing}
          </span>
        )}
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
    <Modal opened={opened} onClose={onClose} title={title} size={560}>
      <UploadForm onClose={onClose} {...form} />
    </Modal>
  );
}
