import { describe, expect, it } from "vitest";

import { formatCell, isMidnight } from "@/lib/cells";
import { describeType, familyOf, scaleOf } from "@/lib/columnTypes";

describe("formatCell", () => {
  it.each([
    ["01234", "text", "01234"],
    [10107, "integer", "10107"],
    ["9007199254740993", "integer", "9007199254740993"],
    [95.7, "decimal(8,2)", "95.70"],
    ["12345678901234567.5", "decimal(20,3)", "12345678901234567.500"],
    [-3, "decimal(8,0)", "-3"],
    [0.1, "double", "0.1"],
    [true, "boolean", "true"],
    ["2003-02-24", "date", "2003-02-24"],
    ["2003-02-24T13:05:00", "timestamp", "2003-02-24 13:05:00"],
    ["", "text", ""],
  ])("shows %j of type %s as %j", (value, type, text) => {
    expect(formatCell(value, type)).toBe(text);
  });

  it("has no text for a missing value", () => {
    expect(formatCell(null, "text")).toBeNull();
    expect(formatCell(undefined, "text")).toBeNull();
  });

  it("shows the date alone only where the column is dates and the time is midnight", () => {
    expect(formatCell("2003-02-24T00:00:00", "timestamp", true)).toBe("2003-02-24");
    expect(formatCell("2003-02-24T00:00:00", "timestamp", false)).toBe("2003-02-24 00:00:00");
    expect(formatCell("2003-02-24T09:30:00", "timestamp", true)).toBe("2003-02-24 09:30:00");
  });
});

it("knows midnight in each spelling", () => {
  expect(isMidnight("2003-02-24T00:00:00")).toBe(true);
  expect(isMidnight("2003-02-24T00:00:00Z")).toBe(true);
  expect(isMidnight("2003-02-24T00:00:01")).toBe(false);
  expect(isMidnight(null)).toBe(false);
});

it("sorts types into families and words", () => {
  expect(familyOf("decimal(10,2)")).toBe("number");
  expect(familyOf("timestamptz")).toBe("time");
  expect(familyOf("text")).toBe("text");
  expect(scaleOf("decimal(10, 2)")).toBe(2);
  expect(scaleOf("integer")).toBeNull();
  expect(describeType("decimal(10,2)")).toBe("decimal, 2 places");
  expect(describeType("integer")).toBe("whole number");
});
