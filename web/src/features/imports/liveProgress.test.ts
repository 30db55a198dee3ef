import { beforeEach, describe, expect, it } from "vitest";

import { liveImports, mergeLive, noteImportEvent } from "@/features/imports/liveProgress";
import { describeImport, percentOf } from "@/features/imports/words";
import { anEvent, anImport } from "@/test/samples";

const PROGRESS = { phase: "parsing", bytes_done: 600, bytes_total: 1000, rows: 9000 } as const;

function progressEvent(progress: object) {
  return anEvent("import.progress", { payload: { dataset_slug: "sales", progress } });
}

beforeEach(() => {
  liveImports.set(() => new Map());
});

describe("live progress", () => {
  it("follows an import from its start to its end", () => {
    noteImportEvent(anEvent("import.created"));
    expect(liveImports.get().get("import-1")).toEqual({ status: "pending", progress: null });
    noteImportEvent(progressEvent(PROGRESS));
    expect(liveImports.get().get("import-1")).toEqual({ status: "running", progress: PROGRESS });
    noteImportEvent(anEvent("import.succeeded"));
    expect(liveImports.get().has("import-1")).toBe(false);
  });

  it("does not forget how far it was when it merely hears that the import runs", () => {
    noteImportEvent(progressEvent(PROGRESS));
    noteImportEvent(anEvent("import.started"));
    expect(liveImports.get().get("import-1")?.progress).toEqual(PROGRESS);
  });

  it("keeps out of the way of other events", () => {
    const before = liveImports.get();
    noteImportEvent(anEvent("dataset.changed"));
    expect(liveImports.get()).toBe(before);
  });

  it("believes the events over an older answer, but never over an end", () => {
    const live = { status: "running" as const, progress: PROGRESS };
    expect(mergeLive(anImport(), live).progress?.rows).toBe(9000);
    expect(mergeLive(anImport({ status: "failed" }), live).status).toBe("failed");
  });
});

describe("progress in words", () => {
  it("knows no percent before reading begins, and is full while committing", () => {
    const at = (phase: "waiting" | "detecting" | "committing") => ({
      status: "running" as const,
      progress: { ...PROGRESS, phase },
    });
    expect(percentOf(at("waiting"))).toBeNull();
    expect(percentOf(at("detecting"))).toBeNull();
    expect(percentOf({ status: "running", progress: PROGRESS })).toBe(60);
    expect(percentOf(at("committing"))).toBe(100);
    expect(describeImport(at("detecting"))).toBe("Looking at the file");
    expect(describeImport(at("committing"))).toBe("Committing 9,000 rows");
  });

  it("never shows more than all of the file", () => {
    const progress = { ...PROGRESS, bytes_done: 1200 };
    expect(percentOf({ status: "running", progress })).toBe(100);
  });
});
