import { describe, expect, it } from "vitest";

import {
  fillPeriods,
  formatPeriod,
  formatSpan,
  periodSpan,
  spanFilters,
  spanOf,
} from "@/lib/periods";

describe("periodSpan", () => {
  it.each([
    ["2003-02-24", "day", "2003-02-25"],
    ["2003-12-29", "week", "2004-01-05"],
    ["2004-02-01", "month", "2004-03-01"],
    ["2003-10-01", "quarter", "2004-01-01"],
    ["2003-01-01", "year", "2004-01-01"],
  ] as const)("ends the %s %s before %s", (from, grain, to) => {
    expect(periodSpan(from, grain)).toEqual({ from, to });
  });

  it("cuts a timestamp to its date, and an hour to its hour", () => {
    expect(periodSpan("2003-02-01T00:00:00", "month")).toEqual({
      from: "2003-02-01",
      to: "2003-03-01",
    });
    expect(periodSpan("2003-02-01T23:00:00", "hour")).toEqual({
      from: "2003-02-01T23:00:00",
      to: "2003-02-02T00:00:00",
    });
  });
});

it("names periods", () => {
  expect(formatPeriod("2003-02-01", "month")).toBe("Feb 2003");
  expect(formatPeriod("2003-04-01", "quarter")).toBe("Q2 2003");
  expect(formatPeriod("2003-01-01", "year")).toBe("2003");
  expect(formatPeriod("2003-02-24", "day")).toBe("Feb 24, 2003");
});

it("names a span by the period it is, and otherwise by its ends", () => {
  expect(formatSpan({ from: "2003-02-01", to: "2003-03-01" })).toBe("Feb 2003");
  expect(formatSpan({ from: "2003-04-01", to: "2003-07-01" })).toBe("Q2 2003");
  expect(formatSpan({ from: "2003-02-03", to: "2003-02-20" })).toBe("Feb 3, 2003 – Feb 19, 2003");
});

it("finds the span again that it wrote as filters", () => {
  const span = { from: "2003-02-01", to: "2003-03-01" };
  expect(spanOf(spanFilters("order_date", span), "order_date")).toEqual(span);
  expect(spanOf(spanFilters("order_date", span), "ship_date")).toBeNull();
});

describe("fillPeriods", () => {
  it("shows a gap as a gap", () => {
    expect(fillPeriods(["2003-01-01", "2003-04-01"], "month")).toEqual([
      "2003-01-01",
      "2003-02-01",
      "2003-03-01",
      "2003-04-01",
    ]);
  });

  it("gives up on a series that would never end", () => {
    expect(fillPeriods(["0001-01-01", "9999-01-01"], "day", 100)).toHaveLength(100);
    expect(fillPeriods([], "day")).toEqual([]);
  });
});
