import { TextInput, UnstyledButton } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type KeyboardEvent } from "react";

import { api, unwrap } from "@/api/client";
import { toMessage } from "@/api/problem";
import { keys } from "@/api/queries";
import type { DatasetDetail } from "@/api/types";
import { useCanEdit } from "@/components/useCanEdit";
import styles from "@/features/datasets/datasets.module.css";

interface Props {
  dataset: DatasetDetail;
  isEditing: boolean;
  onEditing: (isEditing: boolean) => void;
}

function useRename(slug: string, onDone: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (name: string) =>
      unwrap(
        api.PATCH("/api/datasets/{dataset}", {
          params: { path: { dataset: slug } },
          body: { name },
        }),
      ),
    onSuccess: async () => {
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: keys.dataset(slug) }),
        queryClient.invalidateQueries({ queryKey: keys.datasets }),
      ]);
      onDone();
    },
  });
}

function NameField({ dataset, onEditing }: Omit<Props, "isEditing">) {
  const [name, setName] = useState(dataset.name);
  const close = () => {
    onEditing(false);
  };
  const rename = useRename(dataset.slug, close);
  // Enter saves, and so does leaving the field, which follows it: once is enough.
  const isOver = useRef(false);
  const save = () => {
    if (isOver.current) return;
    isOver.current = true;
    const trimmed = name.trim();
    if (trimmed === "" || trimmed === dataset.name) close();
    else rename.mutate(trimmed);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") save();
    if (event.key === "Escape") {
      isOver.current = true;
      close();
    }
  };
  return (
    <TextInput
      aria-label="Name of the dataset"
      value={name}
      // The field opens because the person asked to edit this name.
      // eslint-disable-next-line jsx-a11y/no-autofocus
      autoFocus
      onFocus={(event) => {
        event.currentTarget.select();
      }}
      onChange={(event) => {
        isOver.current = false;
        setName(event.currentTarget.value);
      }}
      onKeyDown={onKeyDown}
      onBlur={save}
      disabled={rename.isPending}
      error={rename.error ? toMessage(rename.error) : undefined}
      w={320}
    />
  );
}

/** The dataset's name as the page's heading; a click makes it a field. */
export function DatasetName({ dataset, isEditing, onEditing }: Props) {
  const canEdit = useCanEdit();
  if (!canEdit) return <h1 className={styles.title}>{dataset.name}</h1>;
  if (isEditing) return <NameField dataset={dataset} onEditing={onEditing} />;
  return (
    <h1 className={styles.title}>
      <UnstyledButton
        className={styles.titleButton}
        title="Rename"
        onClick={() => {
          onEditing(true);
        }}
      >
        {dataset.name}
      </UnstyledButton>
    </h1>
  );
}
