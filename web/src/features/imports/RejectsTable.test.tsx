import { screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";

import type { Reject } from "@/api/types";
import { RejectsTable } from "@/features/imports/RejectsTable";
import { renderPage } from "@/test/renderPage";
import { jsonAnswer } from "@/test/samples";

function aReject(part: Partial<Reject> = {}): Reject {
  return {
    record: 16,
    line: 17,
    column: "price",
    value: "cheap",
    code: "not_a_number",
    reason: "It is no number.",
    raw: "7,cheap",
    ...part,
  };
}

async function show(...items: Reject[]) {
  vi.stubGlobal("fetch", () => Promise.resolve(jsonAnswer({ items, next_cursor: null })));
  await renderPage(<RejectsTable runId="import-1" total={items.length} />);
  await screen.findByRole("table");
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("the rejected records", () => {
  it("of a workbook stand with their sheet and cell", async () => {
    await show(
      aReject({ sheet: "Prices", cell: "C17" }),
      aReject({ record: 20, line: 21, sheet: "Prices", cell: null }),
    );
    expect(screen.getByRole("columnheader", { name: "Cell" })).toBeVisible();
    expect(screen.getByRole("cell", { name: "Prices!C17" })).toBeVisible();
    expect(screen.getByRole("cell", { name: "Prices" })).toBeVisible();
  });

  it("of another file have no such column", async () => {
    await show(aReject());
    expect(screen.queryByRole("columnheader", { name: "Cell" })).toBeNull();
    expect(screen.getByRole("cell", { name: "17" })).toBeVisible();
  });
});
