import type { Sync } from "@/api/types";
import { emptyDraft, type HttpTarget } from "@/features/syncs/syncDraft";

const TARGET = emptyDraft(null).target as HttpTarget;

/** A sync for tests: to an HTTP endpoint, whose password is set. */
export function aSync(part: Partial<Sync> = {}): Sync {
  return {
    id: "sync-1",
    slug: "items",
    name: "Items",
    dataset_id: "dataset-1",
    dataset_slug: "items",
    dataset_name: "Items",
    dataset_version: 5,
    template: null,
    destination: TARGET,
    secrets: { password: true },
    schedule: { interval_seconds: 600, time_zone: "UTC" },
    schedule_text: "every 10 minutes",
    fields: null,
    changes: ["insert", "update"],
    batch_size: 500,
    is_managed: false,
    state: "ok",
    running: false,
    paused: false,
    next_run_at: null,
    retry_at: null,
    failing_since: null,
    error: null,
    watermark: 5,
    pending: 0,
    open_rejects: 0,
    delivered_at: "2026-03-01T10:00:00Z",
    created_at: "2026-03-01T10:00:00Z",
    updated_at: "2026-03-01T10:00:00Z",
    ...part,
  };
}

/** A sync to an address, with secrets. */
export const httpSync = (url: string, secrets: Sync["secrets"]): Sync =>
  aSync({ secrets, destination: { ...TARGET, url } });
