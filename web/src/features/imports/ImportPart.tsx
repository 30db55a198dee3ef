import { Button, Select } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { api, unwrap } from "@/api/client";
import { keys } from "@/api/queries";
import type { Import } from "@/api/types";
import { notifyError } from "@/components/notifyError";
import { useCanEdit } from "@/components/useCanEdit";
import styles from "@/features/imports/imports.module.css";
import { isEnded } from "@/features/imports/liveProgress";
import { partsOf, type Parts } from "@/features/imports/parts";

type Target = "new" | "same";

/** A new dataset is called after the part: "in/prices.csv" makes "prices". */
const nameFor = (part: string) => part.replace(/^.*\//, "").replace(/\.[a-z0-9]+$/i, "") || part;

function useImportPart(run: Import, { option }: Parts) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: ({ part, target }: { part: string; target: Target }) => {
      const where =
        target === "new"
          ? { dataset: nameFor(part) }
          : { dataset: run.dataset_slug, mode: run.mode, key: run.key };
      const body = { key: [], force: false, ...where, file_id: run.file.id, [option]: part };
      return unwrap(api.POST("/api/imports", { body }));
    },
    onSuccess: ({ import_id: id }) => {
      for (const queryKey of [keys.imports, keys.datasets]) {
        void queryClient.invalidateQueries({ queryKey });
      }
      void navigate({ to: "/imports/$id", params: { id } });
    },
    onError: notifyError,
  });
}

function PartForm({ run, parts }: { run: Import; parts: Parts }) {
  const { word, choices, isMissing } = parts;
  const [part, setPart] = useState<string | null>(null);
  const [target, setTarget] = useState<Target>(isMissing ? "same" : "new");
  const importing = useImportPart(run, parts);
  return (
    <form
      className={styles.part}
      onSubmit={(event) => {
        event.preventDefault();
        if (part !== null) importing.mutate({ part, target });
      }}
    >
      <Select
        label={isMissing ? `Which ${word} to read` : `Another ${word}`}
        placeholder={`Choose one of ${choices.length}`}
        searchable={choices.length > 10}
        data={[...choices]}
        value={part}
        onChange={setPart}
      />
      <Select
        label="Into"
        allowDeselect={false}
        data={[
          { value: "new", label: part === null ? "A new dataset" : `A dataset “${nameFor(part)}”` },
          { value: "same", label: run.dataset_name },
        ]}
        value={target}
        onChange={(value) => setTarget(value === "same" ? "same" : "new")}
      />
      <Button type="submit" disabled={part === null} loading={importing.isPending}>
        {`Import this ${word}`}
      </Button>
    </form>
  );
}

/** Reads another part of a file that is here: a sheet, a file of an archive, a list of records. */
export function ImportPart({ run }: { run: Import }) {
  const canEdit = useCanEdit();
  const parts = partsOf(run);
  if (!canEdit || !isEnded(run.status) || parts === null) return null;
  return (
    <section>
      <h2>{parts.isMissing ? `Choose a ${parts.word}` : `Read another ${parts.word}`}</h2>
      <PartForm run={run} parts={parts} />
    </section>
  );
}
