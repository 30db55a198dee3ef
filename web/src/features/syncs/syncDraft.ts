import type { Schedule, Sync, SyncField, SyncInput, SyncTarget } from "@/api/types";
import type { SecretChange } from "@/components/SecretField";
import type { Connection, SyncChange, SyncTrial } from "@/features/syncs/syncQueries";
import type { TargetKind } from "@/features/syncs/words";
import { differIn } from "@/lib/differences";

export type HttpTarget = Extract<SyncTarget, { kind: "http" }>;
export type SftpTarget = Extract<SyncTarget, { kind: "sftp" }>;
export type S3Target = Extract<SyncTarget, { kind: "s3" }>;
export type PostgresqlTarget = Extract<SyncTarget, { kind: "postgresql" }>;
export type Secrets = Readonly<Record<string, SecretChange>>;

/** Where the records come from: a dataset, or whichever one follows a template. */
export interface Source {
  dataset: string | null;
  template: string | null;
}

/** A member of the records, as it is typed; `key` tells it from the others. */
export interface FieldDraft {
  key: number;
  name: string;
  /** null: a constant. */
  column: string | null;
  value: string;
}

/** A sync as it is being typed. */
export interface SyncDraft {
  name: string;
  source: Source;
  target: SyncTarget;
  secrets: Secrets;
  schedule: Schedule | null;
  /** null: all columns as they are. */
  fields: FieldDraft[] | null;
  changes: Sync["changes"];
  batchSize: number;
  start: SyncInput["start"];
  paused: boolean;
}

let lastKey = 0;

export function newField(part: Partial<FieldDraft> = {}): FieldDraft {
  lastKey += 1;
  return { name: "", column: null, value: "", ...part, key: lastKey };
}

const AUTH: HttpTarget["auth"] = {
  kind: "none",
  username: null,
  path: "/auth",
  form: "form",
  token_field: "access_token",
};

const HTTP: HttpTarget = {
  kind: "http",
  url: "",
  path: "",
  method: "POST",
  delete_method: "DELETE",
  delete_path: null,
  body: "envelope",
  envelope: "records",
  change_field: null,
  headers: {},
  auth: AUTH,
  expect_json: false,
  timeout_seconds: 30,
};

const FILES = { file_name: "{dataset}_{version}_{time}.{format}", format: "csv" } as const;

const EMPTY: Record<TargetKind, SyncTarget> = {
  http: HTTP,
  sftp: { kind: "sftp", host: "", port: 22, username: "", folder: ".", host_key: null, ...FILES },
  s3: {
    kind: "s3",
    bucket: "",
    prefix: "",
    region: "us-east-1",
    endpoint: null,
    access_key_id: "",
    ...FILES,
  },
  postgresql: {
    kind: "postgresql",
    host: "",
    port: 5432,
    database: "",
    username: "",
    table_schema: "public",
    table: "",
    create_table: true,
    tls: "prefer",
  },
};

export const emptyTarget = (kind: TargetKind): SyncTarget => EMPTY[kind];

export function emptyDraft(dataset: string | null): SyncDraft {
  return {
    name: "",
    source: { dataset, template: null },
    target: HTTP,
    secrets: {},
    schedule: { interval_seconds: 600, time_zone: "UTC" },
    fields: null,
    changes: ["insert", "update"],
    batchSize: 500,
    start: "all",
    paused: false,
  };
}

/** Products to another program of the same kind: sign in at /auth, send to /products. */
export function productsDraft(): SyncDraft {
  const auth = { ...AUTH, kind: "login", username: "" } as const;
  return {
    ...emptyDraft(null),
    name: "Products",
    source: { dataset: null, template: "products" },
    target: { ...HTTP, path: "/products", envelope: "products", auth },
  };
}

function fieldOf({ name, column, value }: SyncField): FieldDraft {
  const isColumn = column != null;
  return newField({ name, column: isColumn ? column : null, value: isColumn ? "" : shown(value) });
}

/** A constant as it is typed: text as it is, the rest as JSON. */
function shown(value: SyncField["value"]): string {
  if (typeof value !== "string") return JSON.stringify(value ?? null);
  return readConstant(value) === value ? value : JSON.stringify(value);
}

/** What was typed as a constant: a number, true, false, null or text in quotes; else plain text. */
export function readConstant(typed: string): SyncField["value"] {
  try {
    const value: unknown = JSON.parse(typed);
    const isPlain = value === null || ["string", "number", "boolean"].includes(typeof value);
    return isPlain ? (value as SyncField["value"]) : typed;
  } catch {
    return typed;
  }
}

export function draftOf(sync: Sync): SyncDraft {
  return {
    name: sync.name,
    source: { dataset: sync.dataset_slug, template: sync.template },
    target: sync.destination,
    secrets: {},
    schedule: sync.schedule,
    fields: sync.fields?.map(fieldOf) ?? null,
    changes: sync.changes,
    batchSize: sync.batch_size,
    start: "all",
    paused: sync.paused,
  };
}

function fieldsOf(fields: SyncDraft["fields"]): SyncField[] | null {
  if (!fields) return null;
  return fields.map(({ name, column, value }) =>
    column === null
      ? { name: name.trim(), value: readConstant(value) }
      : { name: name.trim(), column },
  );
}

/** The settings that say to whom secrets are told; elsewhere they have to be entered again. */
const PLACES: Record<TargetKind, readonly string[]> = {
  http: ["url"],
  sftp: ["host", "port"],
  s3: ["endpoint", "region"],
  postgresql: ["host", "port"],
};

const isElsewhere = (target: SyncTarget, { destination }: Sync) =>
  differIn(target, destination, ["kind", ...PLACES[destination.kind]]);

/** Which secrets of the saved sync hold for the destination as it is typed. */
export function keptSecrets({ target }: SyncDraft, sync: Sync | null): Sync["secrets"] {
  return !sync || isElsewhere(target, sync) ? {} : sync.secrets;
}

/**
 * Secrets that were changed; a field that was opened and left empty changes nothing. Those that do
 * not follow to another place are removed.
 */
function secretsInput(
  { secrets, target }: SyncDraft,
  sync: Sync | null,
): Record<string, string | null> {
  const lost = sync && isElsewhere(target, sync) ? Object.keys(sync.secrets) : [];
  const said = Object.entries(secrets).filter(
    (pair): pair is [string, string | null] => pair[1] !== undefined && pair[1] !== "",
  );
  return { ...Object.fromEntries(lost.map((name) => [name, null])), ...Object.fromEntries(said) };
}

function shared(draft: SyncDraft, sync: Sync | null) {
  return {
    name: draft.name.trim(),
    destination: draft.target,
    secrets: secretsInput(draft, sync),
    schedule: draft.schedule,
    fields: fieldsOf(draft.fields),
    changes: draft.changes,
    batch_size: draft.batchSize,
  };
}

/** As the server takes a new one. */
export function inputOf(draft: SyncDraft): SyncInput {
  const { dataset, template } = draft.source;
  const source = template === null ? { dataset } : { template };
  return { ...shared(draft, null), ...source, start: draft.start, paused: draft.paused };
}

/** Only what was changed: what the server plans to send is planned anew where records change. */
export function changeOf(draft: SyncDraft, sync: Sync): SyncChange {
  const wanted = shared(draft, sync);
  const was = shared(draftOf(sync), sync);
  const names = Object.keys(wanted) as (keyof typeof wanted)[];
  const same = names.filter((name) => JSON.stringify(wanted[name]) === JSON.stringify(was[name]));
  const parts = Object.entries(wanted).filter(([name]) => !same.some((one) => one === name));
  return { secrets: {}, ...(Object.fromEntries(parts) as Partial<typeof wanted>) };
}

/** The connection of the draft, with the secrets of the sync that it changes. */
export const connectionOf = (draft: SyncDraft, sync: Sync | null): Connection => ({
  sync: sync?.id ?? null,
  destination: draft.target,
  secrets: secretsInput(draft, sync),
});

/** The sync as it is typed, to see what it would send. */
export const trialOf = (draft: SyncDraft, sync: Sync | null): SyncTrial => ({
  ...inputOf(draft),
  sync: sync?.id ?? null,
});

export type Messages = Readonly<Record<string, string>>;
