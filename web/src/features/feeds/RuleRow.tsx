import { ActionIcon, Select, TagsInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconArrowDown, IconArrowUp, IconTrash } from "@tabler/icons-react";

import { templatesQuery } from "@/api/retail";
import { DatasetField } from "@/features/feeds/DatasetField";
import type { RuleDraft } from "@/features/feeds/feedDraft";
import styles from "@/features/feeds/feeds.module.css";
import { RuleOptions } from "@/features/feeds/RuleOptions";

interface Props {
  rule: RuleDraft;
  number: number;
  isLast: boolean;
  errors: Readonly<Record<string, string>>;
  onChange: (part: Partial<RuleDraft>) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}

const MODES = [
  { value: "append", label: "Append" },
  { value: "replace", label: "Replace" },
  { value: "upsert", label: "Upsert" },
] as const;

function Pattern({ rule, errors, onChange }: Pick<Props, "rule" | "errors" | "onChange">) {
  return (
    <>
      <TextInput
        label="Files"
        placeholder={rule.syntax === "glob" ? "sales_data_*.csv" : "sales_.*\\.csv"}
        classNames={{ input: "mono" }}
        spellCheck={false}
        data-pattern
        value={rule.pattern}
        error={errors.pattern}
        onChange={(event) => onChange({ pattern: event.currentTarget.value })}
      />
      <Select
        label="Pattern"
        allowDeselect={false}
        data={[
          { value: "glob", label: "Wildcards" },
          { value: "regex", label: "Regular expression" },
        ]}
        value={rule.syntax}
        onChange={(syntax) => onChange({ syntax: syntax === "regex" ? "regex" : "glob" })}
      />
    </>
  );
}

function Target({ rule, errors, onChange }: Pick<Props, "rule" | "errors" | "onChange">) {
  const { data } = useQuery(templatesQuery);
  const templates = (data?.items ?? []).map(({ name, label }) => ({ value: name, label }));
  const known = templates.some(({ value }) => value === rule.template);
  const extra = rule.template && !known ? [{ value: rule.template, label: rule.template }] : [];
  return (
    <>
      <Select
        label="Template"
        placeholder="None"
        clearable
        data={[...templates, ...extra]}
        value={rule.template ?? null}
        error={errors.template}
        onChange={(template) => onChange({ template })}
      />
      <DatasetField
        placeholder={rule.template ? "The template’s own" : "Made when missing"}
        value={rule.dataset ?? ""}
        error={errors.dataset}
        onChange={(dataset) => onChange({ dataset })}
      />
    </>
  );
}

function Mode({ rule, errors, onChange }: Pick<Props, "rule" | "errors" | "onChange">) {
  return (
    <>
      <Select
        label="Mode"
        clearable
        placeholder={rule.template ? "The template’s" : "Append"}
        data={[...MODES]}
        value={rule.mode ?? null}
        error={errors.mode}
        onChange={(mode) => {
          onChange({ mode: MODES.find(({ value }) => value === mode)?.value ?? null });
        }}
      />
      {rule.mode === "upsert" && (
        <TagsInput
          label="Key"
          description="Columns that tell one row from another."
          inputWrapperOrder={["label", "input", "description", "error"]}
          placeholder={rule.template && rule.key.length === 0 ? "The template’s" : undefined}
          splitChars={[","]}
          acceptValueOnBlur
          value={rule.key}
          error={errors.key}
          onChange={(key) => onChange({ key })}
        />
      )}
    </>
  );
}

/** A rule: which files, where to, and how. */
export function RuleRow({ rule, number, isLast, errors, onChange, onMove, onRemove }: Props) {
  const shared = { rule, errors, onChange };
  return (
    <div className={styles.rule} role="group" aria-label={`Rule ${number}`}>
      <div className={styles.ruleHead}>
        <span className={styles.ruleNumber}>Rule {number}</span>
        <ActionIcon
          aria-label={`Move rule ${number} up`}
          disabled={number === 1}
          onClick={() => onMove(-1)}
        >
          <IconArrowUp size={16} stroke={1.7} />
        </ActionIcon>
        <ActionIcon
          aria-label={`Move rule ${number} down`}
          disabled={isLast}
          onClick={() => onMove(1)}
        >
          <IconArrowDown size={16} stroke={1.7} />
        </ActionIcon>
        <ActionIcon aria-label={`Remove rule ${number}`} onClick={onRemove}>
          <IconTrash size={16} stroke={1.7} />
        </ActionIcon>
      </div>
      <div className={styles.ruleFields}>
        <Pattern {...shared} />
        <Target {...shared} />
        <Mode {...shared} />
      </div>
      <RuleOptions options={rule.options ?? null} onChange={(options) => onChange({ options })} />
    </div>
  );
}
