import { describe, expect, it } from "vitest";

import { moveCell } from "@/features/records/gridKeys";

const BOUNDS = { rowCount: 100, columnCount: 10, pageRows: 20 };
const from = { row: 50, column: 5 };

describe("moveCell", () => {
  it.each([
    ["ArrowUp", false, { row: 49, column: 5 }],
    ["ArrowDown", false, { row: 51, column: 5 }],
    ["ArrowLeft", false, { row: 50, column: 4 }],
    ["ArrowRight", false, { row: 50, column: 6 }],
    ["PageDown", false, { row: 70, column: 5 }],
    ["PageUp", false, { row: 30, column: 5 }],
    ["Home", false, { row: 50, column: 0 }],
    ["End", false, { row: 50, column: 9 }],
    ["Home", true, { row: 0, column: 0 }],
    ["End", true, { row: 99, column: 9 }],
    ["ArrowDown", true, { row: 99, column: 5 }],
    ["ArrowRight", true, { row: 50, column: 9 }],
  ])("%s (control: %s) leads to %j", (key, withControl, expected) => {
    expect(moveCell(from, key, withControl, BOUNDS)).toEqual(expected);
  });

  it("goes up into the header and no further, and stays inside at every edge", () => {
    expect(moveCell({ row: 0, column: 0 }, "ArrowUp", false, BOUNDS)).toEqual({
      row: -1,
      column: 0,
    });
    expect(moveCell({ row: -1, column: 0 }, "ArrowUp", false, BOUNDS)?.row).toBe(-1);
    expect(moveCell({ row: -1, column: 0 }, "ArrowLeft", false, BOUNDS)?.column).toBe(0);
    expect(moveCell({ row: 99, column: 9 }, "ArrowDown", false, BOUNDS)?.row).toBe(99);
    expect(moveCell({ row: 5, column: 9 }, "PageUp", false, BOUNDS)?.row).toBe(0);
  });

  it("leaves other keys to the browser", () => {
    expect(moveCell(from, "a", false, BOUNDS)).toBeNull();
    expect(moveCell(from, "Tab", false, BOUNDS)).toBeNull();
  });
});
