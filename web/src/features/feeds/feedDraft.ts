import type { Schedule } from "@/api/types";
import type { SecretChange } from "@/components/SecretField";
import { differIn } from "@/lib/differences";
import { startOf } from "@/lib/schedules";
import type {
  Feed,
  FeedChange,
  FeedConnection,
  FeedInput,
  FeedKind,
  FeedRule,
  FeedSource,
  FeedTrial,
} from "@/features/feeds/feedQueries";

export type SourceOf<Kind extends FeedKind> = Extract<FeedSource, { kind: Kind }>;
export type ReadOptions = NonNullable<FeedRule["options"]>;
export type After = Feed["after"];

export interface RuleDraft extends FeedRule {
  /** Tells a rule from the others while they are moved. */
  id: number;
}

/** A feed while it is typed. */
export interface FeedDraft {
  name: string;
  source: FeedSource;
  /** undefined leaves one as it is, null removes it. */
  secrets: Readonly<Record<string, SecretChange>>;
  hostKey: string;
  rules: readonly RuleDraft[];
  ignore: readonly string[];
  after: After;
  stableSeconds: number;
  schedule: Schedule | null;
}

export const EMPTY_SOURCES: { readonly [Kind in FeedKind]: SourceOf<Kind> } = {
  sftp: { kind: "sftp", host: "", port: 22, username: "", folder: "", recursive: false },
  s3: {
    kind: "s3",
    bucket: "",
    endpoint: null,
    region: "us-east-1",
    prefix: "",
    access_key_id: null,
    virtual_hosted: false,
    recursive: false,
  },
  folder: { kind: "folder", folder: "", recursive: false },
  https: { kind: "https", urls: [""], login: "none", username: null, header: null },
};

export const IGNORED = [
  "*.tmp",
  "*.part",
  "*.partial",
  "*.filepart",
  "*.crdownload",
  "*.swp",
  "~*",
  ".*",
] as const;

let lastId = 0;

function nextId(): number {
  lastId += 1;
  return lastId;
}

export function newRule(part: Partial<FeedRule> = {}): RuleDraft {
  return { id: nextId(), pattern: "", syntax: "glob", key: [], ...part };
}

export function emptyDraft(kind: FeedKind): FeedDraft {
  return {
    name: "",
    source: EMPTY_SOURCES[kind],
    secrets: {},
    hostKey: "",
    rules: [newRule()],
    ignore: IGNORED,
    after: { action: "keep" },
    stableSeconds: 10,
    schedule: startOf("interval", null),
  };
}

export function draftOf(feed: Feed): FeedDraft {
  return {
    name: feed.name,
    source: feed.source,
    secrets: {},
    hostKey: feed.host_key ?? "",
    rules: feed.rules.map((rule) => newRule(rule)),
    ignore: feed.ignore,
    after: feed.after,
    stableSeconds: feed.stable_seconds,
    schedule: feed.schedule ? scheduleOf(feed.schedule) : null,
  };
}

/** Without what the API says about it besides. */
function scheduleOf({ cron, interval_seconds, time_zone }: Schedule): Schedule {
  return cron != null ? { cron, time_zone } : { interval_seconds, time_zone };
}

/** The same feed with another kind of source. */
export function withKind(draft: FeedDraft, kind: FeedKind): FeedDraft {
  if (draft.source.kind === kind) return draft;
  const after: After = kind === "https" ? { action: "keep" } : draft.after;
  return { ...draft, source: EMPTY_SOURCES[kind], secrets: {}, hostKey: "", after };
}

function filled(value: string | null | undefined): string | null {
  const text = value?.trim() ?? "";
  return text === "" ? null : text;
}

/** The source as the API has it: optional texts that are empty are none. */
function sourceInput(source: FeedSource): FeedSource {
  if (source.kind === "s3") {
    const { endpoint, access_key_id } = source;
    return { ...source, endpoint: filled(endpoint), access_key_id: filled(access_key_id) };
  }
  if (source.kind !== "https") return source;
  const urls = source.urls.map((url) => url.trim()).filter((url) => url !== "");
  return { ...source, urls, username: filled(source.username), header: filled(source.header) };
}

function isEmptyOption(value: unknown): boolean {
  if (value === null || value === undefined || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** What is said of how to read; null where nothing is. */
export function optionsInput(options: FeedRule["options"]): FeedRule["options"] {
  const said = Object.entries(options ?? {}).filter(([, value]) => !isEmptyOption(value));
  return said.length === 0 ? null : { nulls: [], types: {}, ...Object.fromEntries(said) };
}

export function ruleInput(rule: RuleDraft): FeedRule {
  return {
    pattern: rule.pattern,
    syntax: rule.syntax,
    mode: rule.mode,
    dataset: filled(rule.dataset),
    template: filled(rule.template),
    key: rule.mode === "upsert" || rule.mode == null ? rule.key : [],
    options: optionsInput(rule.options),
  };
}

function afterInput({ action, folder, suffix }: After): After {
  if (action === "move") return { action, folder };
  return action === "rename" ? { action, suffix } : { action };
}

/** The settings that say to whom secrets are told; elsewhere they have to be entered again. */
const PLACES: Record<FeedKind, readonly string[]> = {
  sftp: ["host", "port"],
  s3: ["endpoint", "region", "virtual_hosted"],
  folder: [],
  https: ["urls"],
};

/** Whether the source is at another place than the saved one, which does not get its secrets. */
export function isElsewhere(source: FeedSource, feed: Feed | null): boolean {
  if (!feed) return false;
  return differIn(sourceInput(source), feed.source, ["kind", ...PLACES[feed.kind]]);
}

/** Which secrets hold for the source as it is typed. */
export function keptSecrets(
  draft: FeedDraft,
  feed: Feed | null,
): Readonly<Record<string, boolean>> {
  return !feed || isElsewhere(draft.source, feed) ? {} : feed.secrets;
}

function secretsInput(draft: FeedDraft, feed: Feed | null): Record<string, string | null> {
  const lost = feed && isElsewhere(draft.source, feed) ? feed.secrets : {};
  const dropped = Object.keys(lost).filter((name) => lost[name]);
  const said = Object.entries(draft.secrets).filter(
    (pair): pair is [string, string | null] => pair[1] !== undefined && pair[1] !== "",
  );
  return {
    ...Object.fromEntries(dropped.map((name) => [name, null])),
    ...Object.fromEntries(said),
  };
}

/** Rules of which nothing has been typed are none. */
export function saidRules({ rules }: Pick<FeedDraft, "rules">): RuleDraft[] {
  return rules.filter((rule) => [rule.pattern, rule.dataset, rule.template].some(Boolean));
}

const sharedInput = (draft: FeedDraft, feed: Feed | null) => ({
  name: draft.name,
  source: sourceInput(draft.source),
  secrets: secretsInput(draft, feed),
  rules: saidRules(draft).map(ruleInput),
  ignore: [...draft.ignore],
  after: afterInput(draft.after),
  stable_seconds: draft.stableSeconds,
  schedule: draft.schedule,
});

export function inputOf(draft: FeedDraft): FeedInput {
  return { ...sharedInput(draft, null), host_key: filled(draft.hostKey), paused: false };
}

/** The key as far as it is not the one that the feed has already. */
function hostKeyChange(draft: FeedDraft, feed: Feed | null): { host_key?: string | null } {
  return draft.hostKey === (feed?.host_key ?? "") ? {} : { host_key: filled(draft.hostKey) };
}

export function changeOf(draft: FeedDraft, feed: Feed): FeedChange {
  return { ...sharedInput(draft, feed), ...hostKeyChange(draft, feed) };
}

/** The connection as it would be saved. */
export function connectionOf(draft: FeedDraft, feed: Feed | null): FeedConnection {
  return {
    feed: feed?.id ?? null,
    source: sourceInput(draft.source),
    secrets: secretsInput(draft, feed),
    ...hostKeyChange(draft, feed),
  };
}

/** All that decides what a run would take. */
export function trialOf(draft: FeedDraft, feed: Feed | null): FeedTrial {
  const { rules, ignore, after, stable_seconds } = sharedInput(draft, feed);
  return { ...connectionOf(draft, feed), rules, ignore, after, stable_seconds };
}

/** The API's messages by the names of the form's fields. */
export function errorsOf(fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([field, message]) => [
      field.replace(/^source\.(?:sftp|s3|folder|https)\./, "source."),
      message,
    ]),
  );
}

/** The messages of the fields of each rule, by the rule's id. */
export function ruleErrors(
  errors: Readonly<Record<string, string>>,
  sent: readonly number[],
): ReadonlyMap<number, Record<string, string>> {
  const found = new Map<number, Record<string, string>>();
  for (const [field, message] of Object.entries(errors)) {
    const [, position, name] = /^rules\.(\d+)\.(.+)$/.exec(field) ?? [];
    const id = sent[Number(position)];
    if (id === undefined || name === undefined) continue;
    found.set(id, { ...found.get(id), [name]: message });
  }
  return found;
}

const SHOWN =
  /^(name|host_key|stable_seconds|schedule(\.\w+)?|(source|secrets|after)\.\w+|source\.urls\.\d+|rules\.\d+\.(pattern|dataset|template|mode|key))$/;

/** Messages that no field shows. */
export function otherErrors(errors: Readonly<Record<string, string>>): string[] {
  return Object.entries(errors)
    .filter(([field]) => !SHOWN.test(field))
    .map(([field, message]) => `${field}: ${message}`);
}
