import type { QueryClient } from "@tanstack/react-query";

import { FIGURES, keys } from "@/api/queries";
import type { LogEvent } from "@/api/types";
import { noteFeedEvent } from "@/features/feeds/liveFeeds";
import { noteImportEvent } from "@/features/imports/liveProgress";
import { noteOperationEvent } from "@/features/operations/liveOperations";

type Key = readonly unknown[];

function slugOf(event: LogEvent): string | null {
  const slug = event.payload.dataset_slug ?? event.payload.slug;
  return typeof slug === "string" ? slug : null;
}

/** The queries whose answers an event may have changed. */
export function staleKeys(event: LogEvent): Key[] {
  const slug = slugOf(event);
  const detail: Key[] = slug === null ? [["dataset"]] : [[...keys.dataset(slug), "detail"]];
  if (event.kind === "import.progress") return [];
  if (event.kind === "dataset.changed") {
    const data: Key[] = slug === null ? [] : [keys.datasetData(slug)];
    return [keys.datasets, keys.activity, ...detail, ...data];
  }
  if (event.kind.startsWith("dataset.")) return [keys.datasets, keys.activity, ...detail];
  if (event.kind.startsWith("import.")) {
    return [keys.imports, keys.datasets, keys.activity, ...detail];
  }
  if (event.kind === "operation.progress") return [];
  if (event.kind.startsWith("operation.")) return [keys.operations, keys.activity];
  if (event.kind.startsWith("key.")) return [keys.apiKeys, keys.activity];
  if (event.kind.startsWith("template.")) return [keys.templates, keys.activity];
  if (event.kind === "feed.progress" || event.kind === "feed.run_started") return [];
  if (event.kind === "sync.progress" || event.kind === "webhook.attempted") return [];
  return [keys.activity];
}

/** Whether an event may have changed figures that are made from several datasets. */
function changesFigures({ kind }: LogEvent): boolean {
  return kind.startsWith("invoice.") || FIGURE_EVENTS.has(kind);
}

const FIGURE_EVENTS: ReadonlySet<string> = new Set([
  "dataset.changed",
  "dataset.created",
  "dataset.deleted",
  "dataset.adopted",
  "dataset.released",
]);

/** Whether an event may have changed what the pages of feeds show: also their imports do. */
function changesFeeds({ kind }: LogEvent): boolean {
  if (kind === "feed.progress" || kind === "import.progress") return false;
  return kind.startsWith("feed.") || kind.startsWith("import.");
}

/** Whether an event may have changed what the pages of syncs show: a new version is to be sent. */
function changesSyncs({ kind }: LogEvent): boolean {
  return kind.startsWith("sync.") || FIGURE_EVENTS.has(kind);
}

/** Kinds of events after which the lists of the administration are not what they were. */
const ADMIN_EVENTS = /^(import|operation|job|user|workspace|maintenance)\.(?!progress$)/;

/** While many people write at once, or many files come in, pages ask at most this often. */
const REFRESH_EVERY_MS = 200;

const waiting = new WeakMap<QueryClient, Set<Key>>();

/** Asks for what is on screen again, once for all the events of a moment. */
function refreshSoon(queryClient: QueryClient, stale: readonly Key[]): void {
  const known = waiting.get(queryClient);
  for (const key of stale) known?.add(key);
  if (known) return;
  waiting.set(queryClient, new Set(stale));
  setTimeout(() => {
    const queryKeys = waiting.get(queryClient) ?? [];
    waiting.delete(queryClient);
    for (const queryKey of queryKeys) void queryClient.invalidateQueries({ queryKey });
  }, REFRESH_EVERY_MS);
}

/** Takes an event of the stream to everything on screen that shows what it changed. */
export function dispatchEvent(queryClient: QueryClient, event: LogEvent): void {
  noteImportEvent(event);
  noteOperationEvent(event);
  noteFeedEvent(event);
  for (const queryKey of staleKeys(event)) void queryClient.invalidateQueries({ queryKey });
  if (changesFigures(event)) refreshSoon(queryClient, FIGURES);
  if (changesFeeds(event)) refreshSoon(queryClient, [keys.feeds]);
  if (changesSyncs(event)) refreshSoon(queryClient, [keys.syncs]);
  if (ADMIN_EVENTS.test(event.kind)) refreshSoon(queryClient, [keys.admin]);
  if (event.kind.startsWith("webhook.")) refreshSoon(queryClient, [keys.webhooks]);
}
