import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

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
  dashboard: [...keys.dashboard, []],
  invoices: [...keys.invoices, []],
  stock: [...keys.stock, ""],
} as const;

let queryClient: QueryClient;

afterEach(() => {
  vi.useRealTimers();
});

beforeEach(() => {
  vi.useFakeTimers();
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

it("asks once for figures and stock when many invoices change at once", () => {
  const asked = vi.spyOn(queryClient, "invalidateQueries");
  for (let i = 0; i < 50; i += 1) dispatchEvent(queryClient, anEvent("invoice.updated"));
  asked.mockClear();
  vi.advanceTimersByTime(250);
  expect(stale()).toEqual(expect.arrayContaining(["dashboard", "stock", "invoices"]));
  expect(asked).toHaveBeenCalledTimes(3);
});

it("leaves the figures alone when a name changes", () => {
  dispatchEvent(queryClient, anEvent("dataset.renamed"));
  vi.advanceTimersByTime(250);
  expect(stale()).not.toContain("dashboard");
});

it("asks again for operations when one ends, and for nothing while it runs", () => {
  queryClient.setQueryData([...keys.operations, "list", {}], "old");
  const isStale = () =>
    queryClient.getQueryState([...keys.operations, "list", {}])?.isInvalidated ?? false;
  dispatchEvent(queryClient, anEvent("operation.progress"));
  expect(isStale()).toBe(false);
  dispatchEvent(queryClient, anEvent("operation.succeeded"));
  expect(isStale()).toBe(true);
});
