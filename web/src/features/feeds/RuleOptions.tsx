import { NumberInput, Select, TagsInput, TextInput } from "@mantine/core";

import { useState } from "react";

import { optionsInput, type ReadOptions } from "@/features/feeds/feedDraft";
import styles from "@/features/feeds/feeds.module.css";

interface Props {
  options: ReadOptions | null;
  onChange: (options: ReadOptions) => void;
}

type TextName = "encoding" | "delimiter" | "quote" | "sheet" | "member" | "records";

const TEXTS: Record<TextName, { label: string; description: string }> = {
  delimiter: { label: "Delimiter", description: "Such as ; or \\t." },
  encoding: { label: "Encoding", description: "Such as utf-8." },
  quote: { label: "Quote", description: "Around values." },
  sheet: { label: "Sheet", description: "Of a workbook." },
  member: { label: "Member", description: "Of an archive." },
  records: { label: "Records", description: "Keys to the array in JSON." },
};

const FORMATS = ["csv", "json", "jsonl", "xlsx", "xls", "xlsb", "ods", "parquet"] as const;
const EMPTY: ReadOptions = { nulls: [], types: {} };

interface ChoiceProps {
  label: string;
  /** What yes and no are called. */
  yes: string;
  no: string;
  value: boolean | null | undefined;
  onChange: (value: boolean | null) => void;
}

function Choice({ label, yes, no, value, onChange }: ChoiceProps) {
  return (
    <Select
      label={label}
      placeholder="Found out"
      clearable
      data={[
        { value: "yes", label: yes },
        { value: "no", label: no },
      ]}
      value={value == null ? null : value ? "yes" : "no"}
      onChange={(chosen) => onChange(chosen === null ? null : chosen === "yes")}
    />
  );
}

/** A tab is typed as "\t". */
const typed = (text: string) => text.replaceAll(String.raw`\t`, "\t");
const shown = (text: string) => text.replaceAll("\t", String.raw`\t`);

function Fields({
  now,
  change,
}: {
  now: ReadOptions;
  change: (part: Partial<ReadOptions>) => void;
}) {
  const text = (name: TextName) => (
    <TextInput
      key={name}
      {...TEXTS[name]}
      value={shown(now[name] ?? "")}
      onChange={(event) => change({ [name]: typed(event.currentTarget.value) })}
    />
  );
  return (
    <div className={styles.options}>
      <Select
        label="Format"
        description="Else by the content."
        placeholder="Found out"
        clearable
        data={[...FORMATS]}
        value={now.format ?? null}
        onChange={(format) => change({ format })}
      />
      {(["delimiter", "encoding", "quote"] as const).map(text)}
      <Choice
        label="First line"
        yes="is a header"
        no="is data"
        value={now.header}
        onChange={(header) => change({ header })}
      />
      <Choice
        label="Dates like 3/4/2024"
        yes="day first"
        no="month first"
        value={now.day_first}
        onChange={(day_first) => change({ day_first })}
      />
      <NumberInput
        label="Lines to skip"
        placeholder="Found out"
        min={0}
        allowDecimal={false}
        value={now.skip_rows ?? ""}
        onChange={(rows) => change({ skip_rows: rows === "" ? null : Number(rows) })}
      />
      <TagsInput
        label="No value"
        placeholder={now.nulls.length === 0 ? "Such as N/A" : undefined}
        acceptValueOnBlur
        value={now.nulls}
        onChange={(nulls) => change({ nulls })}
      />
      {(["sheet", "member", "records"] as const).map(text)}
    </div>
  );
}

/** How many options are said. */
function countOf(options: ReadOptions | null): number {
  return Object.values(optionsInput(options) ?? {}).filter(
    (value) => typeof value !== "object" || Object.keys(value ?? {}).length > 0,
  ).length;
}

/** How files are to be read, where that cannot be found out. */
export function RuleOptions({ options, onChange }: Props) {
  const [isOpen, setOpen] = useState(false);
  const now = options ?? EMPTY;
  const count = countOf(options);
  return (
    <details
      className={styles.more}
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
      }}
    >
      <summary>Reading options{count > 0 && ` (${count})`}</summary>
      {isOpen && <Fields now={now} change={(part) => onChange({ ...now, ...part })} />}
    </details>
  );
}
