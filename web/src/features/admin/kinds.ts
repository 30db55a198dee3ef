import type { AuditEvent } from "@/api/types";

/** Kinds of jobs in words. */
const JOBS: Record<string, string> = {
  "imports.run": "Import",
  "operations.run": "Operation",
  "feeds.run": "Feed",
  "syncs.run": "Sync",
};

export const JOB_KINDS = Object.entries(JOBS).map(([value, label]) => ({ value, label }));

export function jobWord(kind: string): string {
  return JOBS[kind] ?? kind;
}

const SUBJECTS: Record<string, string> = {
  dataset: "Datasets",
  import: "Imports",
  operation: "Operations",
  invoice: "Invoices",
  template: "Templates",
  feed: "Feeds",
  sync: "Syncs",
  webhook: "Webhooks",
  user: "Users",
  sign_in: "Sign-ins",
  key: "API keys",
  workspace: "Workspaces",
  job: "Jobs",
  maintenance: "Maintenance",
};

/** What an audit log can be narrowed to: all of a subject, by the beginning of their kinds. */
export const EVENT_SUBJECTS = Object.entries(SUBJECTS).map(([value, label]) => ({ value, label }));

const SIGN_INS: Record<string, string> = {
  "sign_in.succeeded": "Signed in",
  "sign_in.failed": "Sign-in failed",
  "sign_in.throttled": "Sign-ins throttled",
  "sign_in.ended": "Signed out",
  "sign_in.token_reused": "Refresh token used twice",
};

/** Who did it; of who could not sign in, nobody knows. */
export function actorWords({ actor, kind }: AuditEvent): string {
  return actor ?? (kind.startsWith("sign_in.") ? "unknown" : "the server");
}

/** "user.password_reset_requested" → "User: password reset requested". */
export function eventWords(kind: string): string {
  const known = SIGN_INS[kind];
  if (known !== undefined) return known;
  const [subject = "", ...rest] = kind.split(".");
  const words = rest.join(" ").replaceAll("_", " ");
  const start = subject.slice(0, 1).toUpperCase() + subject.slice(1);
  return words === "" ? start : `${start} ${words}`;
}
