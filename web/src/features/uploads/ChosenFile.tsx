import { ActionIcon, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconX } from "@tabler/icons-react";

import { templatesQuery } from "@/api/retail";
import type { Recognition, TemplateMatch } from "@/api/types";
import { ColumnMapping } from "@/features/uploads/ColumnMapping";
import type { FileDraft } from "@/features/uploads/fileDraft";
import { PartFields } from "@/features/uploads/PartFields";
import { membersOf, recognitionQuery, useMatch } from "@/features/uploads/recognition";
import styles from "@/features/uploads/uploads.module.css";
import { countOf, formatBytes } from "@/lib/format";
import { templateWord } from "@/lib/words";

interface Props {
  file: File;
  draft: FileDraft;
  onDraft: (part: FileDraft) => void;
  onRemove: () => void;
  /** Whether the rows go into a dataset of their own, which may follow a template. */
  isNew: boolean;
}

const PLAIN = "";

/** What the columns are to the template, in a sentence. */
function describeMatch(match: TemplateMatch): string {
  const known = countOf(match.mapping.length, "column");
  const kept = match.extra.length === 0 ? "" : `; ${match.extra.length} more kept as they are`;
  return `${known} recognised${kept}.`;
}

function TemplateChoice({ seen, template, match, onDraft, file }: ChoiceProps) {
  const { data, isError } = useQuery(templatesQuery);
  const templates = data?.items ?? [];
  const chosen = templates.find(({ name }) => name === template);
  const where = chosen && `The rows go into the workspace's dataset of ${chosen.label}.`;
  const fit = match && template !== null ? describeMatch(match) : null;
  const plain = seen ? `${countOf(seen.columns.length, "column")}, each as it is.` : null;
  return (
    <Select
      label="Use as"
      aria-label={`Use ${file.name} as`}
      description={where ? [where, fit].filter(Boolean).join(" ") : plain}
      error={isError && "The templates could not be loaded."}
      allowDeselect={false}
      data={[
        { value: PLAIN, label: "Plain dataset" },
        ...templates.map(({ name, label }) => ({ value: name, label })),
      ]}
      value={template ?? PLAIN}
      onChange={(name) => onDraft({ template: name === PLAIN ? null : name })}
    />
  );
}

interface ChoiceProps extends Pick<Props, "onDraft" | "file"> {
  seen: Recognition | undefined;
  template: string | null;
  match: TemplateMatch | undefined;
}

/** A file to import: what it looks like, and what it is to be. */
export function ChosenFile({ file, draft, onDraft, onRemove, isNew }: Props) {
  const { data: seen, isFetching } = useQuery(recognitionQuery(file, draft));
  // An archive tells its members as long as none is chosen.
  const { error } = useQuery(recognitionQuery(file));
  const looksLike = seen?.match.template ?? null;
  const template = draft.template === undefined ? looksLike : draft.template;
  const match = useMatch(seen, template);
  const isOffered = isNew && looksLike !== null && template === looksLike;
  return (
    <li aria-label={file.name}>
      <div className={styles.fileHead}>
        <span className="truncate">{file.name}</span>
        <span className={styles.fileFacts}>
          <span className="muted tabular">{formatBytes(file.size)}</span>
          <ActionIcon size="sm" aria-label={`Remove ${file.name}`} onClick={onRemove}>
            <IconX size={14} />
          </ActionIcon>
        </span>
      </div>
      <p className={styles.looks} role="status">
        {isFetching && "Looking at its first rows…"}
        {isOffered && `This looks like ${templateWord(looksLike, seen?.match.label ?? looksLike)}.`}
      </p>
      <PartFields
        file={file}
        draft={draft}
        onDraft={onDraft}
        seen={seen}
        members={membersOf(error)}
      />
      {isNew && (
        <TemplateChoice
          file={file}
          seen={seen}
          template={template}
          match={match}
          onDraft={onDraft}
        />
      )}
      {seen && (
        <details className={styles.columns} open={isOffered || undefined}>
          <summary>{countOf(seen.columns.length, "column")}</summary>
          <ColumnMapping seen={seen} match={isNew && template !== null ? match : null} />
        </details>
      )}
    </li>
  );
}
