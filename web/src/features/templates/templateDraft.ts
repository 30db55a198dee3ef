import type { DatasetDetail, Template } from "@/api/types";
import type { components } from "@/api/schema";

export type TemplateInput = components["schemas"]["TemplateIn"];

/** A column as it is being typed; `key` tells it from the others while it has no name. */
export interface ColumnDraft {
  key: number;
  label: string;
  /** Its name in the dataset; made of the label as long as nobody types one. */
  name: string | null;
  type: string;
  aliases: string[];
  /** What it means; its name where nothing is typed. */
  role: string;
  required: boolean;
}

export interface TemplateDraft {
  label: string;
  /** Null as long as nobody types one: it is made of the label. */
  name: string | null;
  columns: ColumnDraft[];
  /** Keys of the columns that tell one row from another. */
  key: number[];
}

let lastKey = 0;

const nextKey = () => {
  lastKey += 1;
  return lastKey;
};

export function newColumn(part: Partial<ColumnDraft> = {}): ColumnDraft {
  const empty = { label: "", name: null, type: "text", aliases: [], role: "", required: false };
  return { ...empty, ...part, key: nextKey() };
}

/** "Zip Code (US)" → "zip_code_us", much as the server makes names of headers. */
export function nameOf(label: string): string {
  const plain = label.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
  return plain.replaceAll(/[^a-z0-9]+/g, "_").replaceAll(/^_+|_+$/g, "");
}

export const columnName = ({ name, label }: ColumnDraft) => name ?? nameOf(label);

export const templateName = ({ name, label }: TemplateDraft) => name ?? nameOf(label);

export const emptyDraft = (): TemplateDraft => ({
  label: "",
  name: null,
  columns: [newColumn()],
  key: [],
});

function keysOf(columns: readonly ColumnDraft[], names: readonly string[]): number[] {
  return columns.filter((one) => names.includes(columnName(one))).map(({ key }) => key);
}

/** The draft that an existing template begins with, to change it or to make another like it. */
export function draftOfTemplate(template: Template, isCopy: boolean): TemplateDraft {
  const columns = template.columns.map(({ name, label, type, aliases, role, required }) =>
    newColumn({ name, label, type, aliases, role: role === name ? "" : role, required }),
  );
  const key = keysOf(columns, template.keys[0] ?? []);
  return isCopy
    ? { label: `My ${template.label.toLowerCase()}`, name: null, columns, key }
    : { label: template.label, name: template.name, columns, key };
}

/** A template that fits the dataset as it is. */
export function draftOfDataset(dataset: DatasetDetail): TemplateDraft {
  const columns = dataset.columns.map(({ name, label, type }) => newColumn({ name, label, type }));
  return {
    label: dataset.name,
    name: null,
    columns,
    key: keysOf(columns, dataset.last_import?.key ?? []),
  };
}

/** As the server takes it. */
export function inputOf(draft: TemplateDraft): TemplateInput {
  return {
    name: templateName(draft),
    label: draft.label.trim(),
    columns: draft.columns.map((column) => ({
      name: columnName(column),
      label: column.label.trim(),
      type: column.type,
      aliases: column.aliases,
      role: column.role.trim() || null,
      required: column.required,
    })),
    key: draft.columns.filter(({ key }) => draft.key.includes(key)).map(columnName),
  };
}

/** Messages that belong to no field on screen. */
export function otherErrors(errors: Readonly<Record<string, string>>): string[] {
  const isShown = /^(name|label|columns\.\d+\.(name|label|type|aliases|role)(\.\d+)?)$/;
  return Object.entries(errors)
    .filter(([field]) => !isShown.test(field))
    .map(([, message]) => message);
}
