import { expect, it } from "vitest";

import { presetsFor, rangeWords } from "@/features/dashboard/presets";

const PRESETS = presetsFor("2024-03-31");

function preset(label: string) {
  const found = PRESETS.find((one) => one.label === label);
  return [found?.from, found?.to];
}

it("counts from the last day of the data and not from today", () => {
  expect(preset("Last 30 days")).toEqual(["2024-03-02", "2024-03-31"]);
  expect(preset("Last 12 months")).toEqual(["2023-04-01", "2024-03-31"]);
  expect(preset("2023")).toEqual(["2023-01-01", "2023-12-31"]);
});

it("ends months where they end", () => {
  // A month before 31 March is the 29th of February, and three are the 31st of December.
  expect(preset("Last 3 months")).toEqual(["2024-01-01", "2024-03-31"]);
});

it("names a range by its preset, or else by its days", () => {
  expect(rangeWords({}, PRESETS)).toBe("All time");
  expect(rangeWords({ from: "2024-03-02", to: "2024-03-31" }, PRESETS)).toBe("Last 30 days");
  expect(rangeWords({ from: "2024-02-01" }, PRESETS)).toBe("From Feb 1, 2024");
  expect(rangeWords({ from: "2024-02-01", to: "2024-02-01" }, [])).toBe("Feb 1, 2024");
});
