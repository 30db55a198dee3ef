import type { Import, LogEvent, Receipt, User } from "@/api/types";

export function aReceipt(part: Partial<Receipt> = {}): Receipt {
  return {
    read: 100,
    loaded: 100,
    rejected: 0,
    deduplicated: 0,
    skipped: 0,
    inserted: 100,
    updated: 0,
    unchanged: 0,
    ...part,
  };
}

export function anImport(part: Partial<Import> = {}): Import {
  return {
    id: "import-1",
    dataset_id: "dataset-1",
    dataset_slug: "sales",
    dataset_name: "Sales",
    file: { id: "file-1", name: "sales.csv", size_bytes: 1000, sha256: "00" },
    mode: "append",
    key: [],
    status: "running",
    progress: { phase: "parsing", bytes_done: 250, bytes_total: 1000, rows: 12_345 },
    receipt: null,
    version: null,
    error: null,
    plan: null,
    notes: [],
    drift: null,
    job_id: "job-1",
    attempts: 1,
    created_at: "2026-03-01T10:00:00Z",
    started_at: "2026-03-01T10:00:01Z",
    finished_at: null,
    created_by: null,
    ...part,
  };
}

export function anEvent(kind: string, part: Partial<LogEvent> = {}): LogEvent {
  return {
    id: 1,
    kind,
    subject: kind.split(".")[0] ?? "",
    subject_id: "import-1",
    payload: { dataset_id: "dataset-1", dataset_slug: "sales" },
    actor: "ada",
    at: "2026-03-01T10:00:00Z",
    ...part,
  };
}

/** Whoever is signed in, with a role in the workspace. */
export function signedInAs(role: User["workspace"]["role"]): User {
  return {
    id: "user-1",
    email: "ada@example.com",
    username: "ada@example.com",
    is_admin: false,
    created_at: "2026-03-01T10:00:00Z",
    workspace: { id: "workspace-1", name: "Ada", role },
  };
}

/** An answer of the server, for a stubbed fetch. */
export function jsonAnswer(body: unknown, status = 200): Response {
  const type = status < 400 ? "application/json" : "application/problem+json";
  return new Response(JSON.stringify(body), { status, headers: { "content-type": type } });
}
