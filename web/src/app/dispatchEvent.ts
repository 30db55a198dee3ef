import type { QueryClient } from "@tanstack/react-query";

import { keys } from "@/api/queries";
import type { LogEvent } from "@/api/types";
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

/** While many people write at once, figures are asked for at most this often. */
const FIGURES_EVERY_MS = 200;

const waiting = new WeakSet<QueryClient>();

/** Asks for the figures on screen again, once for all the events of a moment. */
function refreshFigures(queryClient: QueryClient): void {
  if (waiting.has(queryClient)) return;
  waiting.add(queryClient);
  setTimeout(() => {
    waiting.delete(queryClient);
    for (const queryKey of [keys.dashboard, keys.stock]) {
      void queryClient.invalidateQueries({ queryKey });
    }
  }, FIGURES_EVERY_MS);
}

/** Takes an event of the stream to everything on screen that shows what it changed. */
export function dispatchEvent(queryClient: QueryClient, event: LogEvent): void {
  noteImportEvent(event);
  noteOperationEvent(event);
  for (const queryKey of staleKeys(event)) void queryClient.invalidateQueries({ queryKey });
  if (changesFigures(event)) refreshFigures(queryClient);
}
