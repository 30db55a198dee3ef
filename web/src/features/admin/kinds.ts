/** Kinds of jobs in words. */
const JOBS: Record<string, string> = {
  "imports.run": "Import",
  "operations.run": "Operation",
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
  user: "Users",
  key: "API keys",
  workspace: "Workspaces",
  job: "Jobs",
  maintenance: "Maintenance",
};

/** What an audit log can be narrowed to: all of a subject, by the beginning of their kinds. */
export const EVENT_SUBJECTS = Object.entries(SUBJECTS).map(([value, label]) => ({ value, label }));

/** "user.password_reset_requested" → "User: password reset requested". */
export function eventWords(kind: string): string {
  const [subject = "", ...rest] = kind.split(".");
  const words = rest.join(" ").replaceAll("_", " ");
  const start = subject.slice(0, 1).toUpperCase() + subject.slice(1);
  return words === "" ? start : `${start} ${words}`;
}
