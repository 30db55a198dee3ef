import { expect, it } from "vitest";

import type { Upload } from "@/features/uploads/uploadStore";
import { viewUpload } from "@/features/uploads/useUploadView";
import { anImport, aReceipt } from "@/test/samples";

function anUpload(part: Partial<Upload>): Upload {
  return {
    id: 1,
    file: new File(["x"], "sales.csv"),
    target: { mode: "append", key: [], force: false },
    phase: "sending",
    sentBytes: 0,
    totalBytes: 1000,
    answer: null,
    error: null,
    isOver: false,
    ...part,
  };
}

it("shows bytes and percent while the file is sent", () => {
  expect(viewUpload(anUpload({ sentBytes: 250 }), undefined, undefined)).toEqual({
    tone: "busy",
    percent: 25,
    words: "Sending · 250 B of 1.00 KB · 25 %",
  });
});

it("shows rows and percent from the import that the file became", () => {
  const sent = anUpload({ phase: "sent" });
  const live = {
    status: "running" as const,
    progress: { phase: "parsing" as const, bytes_done: 500, bytes_total: 1000, rows: 20_000 },
  };
  expect(viewUpload(sent, anImport(), live)).toEqual({
    tone: "busy",
    percent: 50,
    words: "Reading · 20,000 rows · 500 B of 1.00 KB · 50 %",
  });
});

it("ends with the receipt, or with the reason", () => {
  const sent = anUpload({ phase: "sent" });
  const done = anImport({
    status: "succeeded",
    receipt: aReceipt({ read: 103, loaded: 100, rejected: 3 }),
  });
  expect(viewUpload(sent, done, undefined)).toMatchObject({
    tone: "good",
    words: "100 rows imported, 3 records rejected",
  });
  const failed = anImport({
    status: "failed",
    error: { code: "binary", message: "This is not a text file." },
  });
  expect(viewUpload(sent, failed, undefined)).toMatchObject({
    tone: "bad",
    words: "This is not a text file.",
  });
});

it("says of a known file where and when it was imported", () => {
  const known = anUpload({
    phase: "duplicate",
    answer: {
      message: "",
      dataset_id: "d",
      dataset: { id: "d", slug: "sales", name: "Sales" },
      file_id: "f",
      import_id: "i",
      job_id: "j",
      status: "ready",
      duplicate: true,
    },
  });
  const view = viewUpload(known, anImport({ finished_at: "2026-03-01T10:00:00Z" }), undefined);
  expect(view.tone).toBe("known");
  expect(view.words).toMatch(/^These exact bytes were already imported into Sales on .*2026/);
});
