import { QueryClient } from "@tanstack/react-query";
import { beforeEach, expect, it } from "vitest";

import { keys } from "@/api/queries";
import { dispatchEvent } from "@/app/dispatchEvent";
import { liveImports } from "@/features/imports/liveProgress";
import { anEvent } from "@/test/samples";

/** Everything that may be on screen, for two datasets. */
const ON_SCREEN = {
  list: [...keys.datasets, ""],
  header: [...keys.dataset("sales"), "detail"],
  charts: [...keys.datasetData("sales"), "explore"],
  rows: [...keys.records("sales"), ""],
  otherHeader: [...keys.dataset("stock"), "detail"],
  otherCharts: [...keys.datasetData("stock"), "explore"],
  imports: [...keys.imports, "of", "sales"],
  activity: [...keys.activity],
} as const;

let queryClient: QueryClient;

beforeEach(() => {
  queryClient = new QueryClient();
  for (const key of Object.values(ON_SCREEN)) queryClient.setQueryData(key, "old");
});

function stale(): string[] {
  return Object.entries(ON_SCREEN)
    .filter(([, key]) => queryClient.getQueryState(key)?.isInvalidated)
    .map(([name]) => name)
    .sort();
}

it("asks again for the charts of the dataset that changed, and of no other", () => {
  dispatchEvent(queryClient, anEvent("dataset.changed"));
  expect(stale()).toEqual(["activity", "charts", "header", "list"]);
});

it("leaves the rows alone: their cursor pins a version", () => {
  dispatchEvent(queryClient, anEvent("dataset.changed"));
  expect(stale()).not.toContain("rows");
});

it("asks again for imports and lists when an import ends", () => {
  dispatchEvent(queryClient, anEvent("import.succeeded"));
  expect(stale()).toEqual(["activity", "header", "imports", "list"]);
});

it("asks for nothing at every step of an import, but remembers the step", () => {
  const progress = { phase: "parsing", bytes_done: 1, bytes_total: 2, rows: 3 };
  dispatchEvent(
    queryClient,
    anEvent("import.progress", { payload: { dataset_slug: "sales", progress } }),
  );
  expect(stale()).toEqual([]);
  expect(liveImports.get().get("import-1")?.progress).toEqual(progress);
});

it("shows an unknown kind of event at least in the activity", () => {
  dispatchEvent(queryClient, anEvent("feed.ran"));
  expect(stale()).toEqual(["activity"]);
});
