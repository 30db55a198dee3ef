import { describe, expect, it } from "vitest";

import {
  countOf,
  formatAgo,
  formatBytes,
  formatCompact,
  formatDuration,
  formatFigure,
  formatPercent,
  toNumber,
} from "@/lib/format";

describe("formatBytes", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.00 KB"],
    [527_958, "528 KB"],
    [999_600, "1.00 MB"],
    [1_090_000_000, "1.09 GB"],
  ])("shows %d bytes as %s", (bytes, words) => {
    expect(formatBytes(bytes)).toBe(words);
  });
});

describe("numbers", () => {
  it("keeps small key figures exact and shortens large ones", () => {
    expect(formatFigure(2823)).toBe("2,823");
    expect(formatFigure(99_067)).toBe("99,067");
    expect(formatFigure(10_032_628.85)).toBe("10.03M");
  });

  it("gives every shortened bar the same number of decimals", () => {
    expect(formatCompact(179_000)).toBe("179.0K");
    expect(formatCompact(3_920_000)).toBe("3.9M");
    expect(formatCompact(12.5)).toBe("12.50");
  });

  it("counts one thing in the singular", () => {
    expect(countOf(1, "row")).toBe("1 row");
    expect(countOf(0, "row")).toBe("0 rows");
    expect(countOf(2, "query", "queries")).toBe("2 queries");
  });

  it("never claims 100 % before the end, and survives a total of zero", () => {
    expect(formatPercent(999, 1000)).toBe("99 %");
    expect(formatPercent(1000, 1000)).toBe("100 %");
    expect(formatPercent(0, 0)).toBe("0 %");
  });

  it("reads numbers that the API sends as text, and nothing else", () => {
    expect(toNumber("10032628.85")).toBe(10_032_628.85);
    expect(toNumber(7)).toBe(7);
    expect(toNumber("")).toBeNull();
    expect(toNumber(null)).toBeNull();
    expect(toNumber("many")).toBeNull();
  });
});

describe("times", () => {
  const now = Date.parse("2026-03-01T12:00:00Z");

  it.each([
    ["2026-03-01T11:59:40Z", "just now"],
    ["2026-03-01T11:57:30Z", "2 min. ago"],
    ["2026-02-28T12:00:00Z", "yesterday"],
  ])("tells %s as %s", (iso, words) => {
    expect(formatAgo(iso, now)).toBe(words);
  });

  it.each([
    ["2026-03-01T12:00:00.400Z", "0.4 s"],
    ["2026-03-01T12:00:42Z", "42 s"],
    ["2026-03-01T12:03:20Z", "3 min 20 s"],
    ["2026-03-01T14:05:00Z", "2 h 5 min"],
  ])("measures until %s as %s", (until, words) => {
    expect(formatDuration("2026-03-01T12:00:00Z", until)).toBe(words);
  });
});
