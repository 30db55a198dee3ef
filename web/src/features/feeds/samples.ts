import type { Feed, FeedRun } from "@/features/feeds/feedQueries";

/** A run for tests. */
export function aRun(part: Partial<FeedRun> = {}): FeedRun {
  return {
    id: "run-1",
    trigger: "schedule",
    status: "succeeded",
    progress: {},
    files_found: 12,
    files_new: 0,
    files_waiting: 0,
    files_fetched: 0,
    bytes_fetched: 0,
    files_failed: 0,
    error: null,
    job_id: "job-1",
    created_at: "2026-03-01T10:00:00Z",
    started_at: "2026-03-01T10:00:01Z",
    finished_at: "2026-03-01T10:00:03Z",
    created_by: null,
    ...part,
  };
}

/** A feed for tests: one of an SFTP server, whose password is set. */
export function aFeed(part: Partial<Feed> = {}): Feed {
  return {
    id: "feed-1",
    slug: "deliveries",
    name: "Deliveries",
    kind: "sftp",
    source: {
      kind: "sftp",
      host: "sftp.example.com",
      port: 22,
      username: "shop",
      folder: "",
      recursive: false,
    },
    secrets: { password: true, private_key: false },
    host_key: "ssh-ed25519 AAAA",
    host_key_fingerprint: "SHA256:known",
    rules: [],
    ignore: [],
    after: { action: "keep" },
    stable_seconds: 10,
    schedule: { interval_seconds: 600, time_zone: "UTC", description: "every 10 minutes" },
    paused: false,
    health: "ok",
    failing_since: null,
    failures: 0,
    error: null,
    next_run_at: "2026-03-01T10:10:00Z",
    running: false,
    last_run: aRun(),
    files: {},
    created_at: "2026-03-01T10:00:00Z",
    created_by: null,
    updated_at: "2026-03-01T10:00:00Z",
    ...part,
  };
}
