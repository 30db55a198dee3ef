import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";

import type { Column, Operation, OperationPreview } from "@/api/types";
import { liveOperations, noteOperationEvent } from "@/features/operations/liveOperations";
import { OperationActions } from "@/features/operations/OperationActions";
import { OperationProgress } from "@/features/operations/OperationProgress";
import { SampleTable } from "@/features/operations/SampleTable";
import { describeEnd, describeParameters, percentOf } from "@/features/operations/words";
import { renderPage } from "@/test/renderPage";
import { anEvent } from "@/test/samples";

function anOperation(part: Partial<Operation> = {}): Operation {
  return {
    id: "operation-1",
    operation: "dedup",
    columns: [],
    filters: [],
    dataset: { id: "dataset-1", slug: "sales", name: "Sales" },
    file: null,
    version: 1,
    status: "running",
    progress: { phase: "searching", percent: 50 },
    receipt: null,
    error: null,
    result: null,
    repeats: null,
    job_id: "job-1",
    attempts: 1,
    created_at: "2026-03-01T10:00:00Z",
    started_at: "2026-03-01T10:00:01Z",
    finished_at: null,
    created_by: null,
    ...part,
  };
}

beforeEach(() => {
  liveOperations.set(() => new Map());
});

describe("an operation under way", () => {
  it("follows its events, and does not fall back before the server has answered its end", async () => {
    await renderPage(<OperationProgress operation={anOperation()} />);
    expect(screen.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "20");
    const progress = { phase: "writing", percent: 50 };
    const about = { subject_id: "operation-1", payload: { progress } };
    noteOperationEvent(anEvent("operation.progress", about));
    expect(await screen.findByText(/Writing the result · 50 %/)).toBeVisible();
    expect(screen.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "60");
    noteOperationEvent(anEvent("operation.succeeded", about));
    expect(await screen.findByText("Committing")).toBeVisible();
    expect(screen.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "99");
  });

  it("never goes back as one phase follows the other", () => {
    const phases = ["searching", "writing", "exporting", "committing"] as const;
    const shown = phases.flatMap((phase) =>
      [1, 50, 100].map((percent) => percentOf({ status: "running", progress: { phase, percent } })),
    );
    expect(shown).toEqual([...shown].sort((a, b) => (a ?? 0) - (b ?? 0)));
  });

  it("can be cancelled, and not be run again", async () => {
    await renderPage(<OperationActions operation={anOperation()} />);
    expect(screen.getByRole("button", { name: "Cancel operation" })).toBeVisible();
    expect(screen.queryByRole("button", { name: "Run again" })).not.toBeInTheDocument();
  });
});

describe("an operation in words", () => {
  it("says by what it decided", () => {
    expect(describeParameters(anOperation())).toBe("by all columns");
    const filters = [
      { column: "country", operator: "==", value: "France" },
      { column: "day", operator: "!=", value: null },
    ];
    expect(describeParameters(anOperation({ operation: "filter", filters }))).toBe(
      "country is France and day is present",
    );
  });

  it("balances: what stayed and what was removed", () => {
    const receipt = { rows_in: 3022, rows_out: 2823, removed: 199 };
    expect(describeEnd(anOperation({ status: "succeeded", receipt }))).toBe(
      "2,823 of 3,022 rows stayed, 199 removed",
    );
    const error = { code: "x", message: "The dataset was deleted." };
    expect(describeEnd(anOperation({ status: "failed", error }))).toBe("The dataset was deleted.");
  });
});

describe("the sample of a preview", () => {
  const columns = [
    { name: "number", label: "Number", type: "integer" },
    { name: "country", label: "Country", type: "text" },
  ] as Column[];
  const preview = {
    version: 1,
    rows_in: 3,
    rows_out: 2,
    removed: 1,
    columns: [],
    sample: { kept: [{ number: 1, country: null }], removed: [{ number: 2, country: "Spain" }] },
  } as OperationPreview;

  it("shows what is removed, then what stays, with the deciding column first", async () => {
    await renderPage(
      <SampleTable preview={preview} columns={columns} deciding={["country"]} first="removed" />,
    );
    expect(screen.getAllByRole("columnheader")[0]).toHaveTextContent("Country");
    expect(screen.getByRole("cell", { name: "Spain" })).toBeVisible();
    await userEvent.click(screen.getByText("Stay (2)"));
    expect(screen.getByText("missing")).toBeVisible();
    expect(screen.getByText("the first 1 row")).toBeVisible();
  });
});

vi.stubGlobal("fetch", () => Promise.reject(new Error("No request is expected.")));
