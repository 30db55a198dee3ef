import { MultiSelect, Radio, SegmentedControl, Select } from "@mantine/core";
import { skipToken, useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { datasetQuery, datasetsQuery } from "@/api/queries";
import type { ImportMode } from "@/api/types";
import { MODE_WORDS } from "@/features/imports/words";
import styles from "@/features/uploads/uploads.module.css";

export interface TargetDraft {
  into: "new" | "existing";
  dataset: { slug: string; name: string } | null;
  mode: ImportMode;
  key: string[];
}

interface Props {
  draft: TargetDraft;
  onChange: (draft: TargetDraft) => void;
  /** The dataset is decided; only how to import into it is asked. */
  isFixed: boolean;
}

const MODES: readonly ImportMode[] = ["append", "replace", "upsert"];

function DatasetField({ draft, onChange }: Omit<Props, "isFixed">) {
  const { data } = useInfiniteQuery(datasetsQuery());
  const datasets = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Select
      label="Dataset"
      placeholder="Choose a dataset"
      searchable
      data={datasets.map(({ slug, name }) => ({ value: slug, label: name }))}
      value={draft.dataset?.slug ?? null}
      onChange={(slug) => {
        const found = datasets.find((one) => one.slug === slug);
        const dataset = found ? { slug: found.slug, name: found.name } : null;
        onChange({ ...draft, dataset, key: [] });
      }}
    />
  );
}

function KeyField({ draft, onChange }: Omit<Props, "isFixed">) {
  const slug = draft.dataset?.slug;
  const query = datasetQuery(slug ?? "");
  const { data } = useQuery({ ...query, queryFn: slug === undefined ? skipToken : query.queryFn });
  return (
    <MultiSelect
      label="Key columns"
      description="Together they identify a row."
      placeholder={draft.key.length === 0 ? "Choose columns" : undefined}
      searchable
      data={(data?.columns ?? []).map(({ name, label }) => ({ value: name, label }))}
      value={draft.key}
      onChange={(key) => {
        onChange({ ...draft, key });
      }}
    />
  );
}

function ModeField({ draft, onChange }: Omit<Props, "isFixed">) {
  return (
    <Radio.Group
      label="How the rows go in"
      value={draft.mode}
      onChange={(mode) => {
        onChange({ ...draft, mode: mode });
      }}
    >
      <div className={styles.choices} style={{ marginTop: 8 }}>
        {MODES.map((mode) => (
          <Radio
            key={mode}
            value={mode}
            label={MODE_WORDS[mode].word}
            description={MODE_WORDS[mode].meaning}
          />
        ))}
      </div>
    </Radio.Group>
  );
}

export function TargetFields({ draft, onChange, isFixed }: Props) {
  const isExisting = draft.into === "existing";
  return (
    <div className={styles.choices} style={{ gap: 14 }}>
      {!isFixed && (
        <SegmentedControl
          aria-label="Where the rows go"
          value={draft.into}
          onChange={(into) => {
            onChange({ ...draft, into: into });
          }}
          data={[
            { value: "new", label: "A new dataset per file" },
            { value: "existing", label: "An existing dataset" },
          ]}
        />
      )}
      {isExisting && !isFixed && <DatasetField draft={draft} onChange={onChange} />}
      {isExisting && <ModeField draft={draft} onChange={onChange} />}
      {isExisting && draft.mode === "upsert" && <KeyField draft={draft} onChange={onChange} />}
    </div>
  );
}
