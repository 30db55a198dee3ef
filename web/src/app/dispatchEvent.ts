import type { QueryClient } from "@tanstack/react-query";

import { keys } from "@/api/queries";
import type { LogEvent } from "@/api/types";
import { noteImportEvent } from "@/features/imports/liveProgress";

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
  return [keys.activity];
}

/** Takes an event of the stream to everything on screen that shows what it changed. */
export function dispatchEvent(queryClient: QueryClient, event: LogEvent): void {
  noteImportEvent(event);
  for (const queryKey of staleKeys(event)) void queryClient.invalidateQueries({ queryKey });
}
