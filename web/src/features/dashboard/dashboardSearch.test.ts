import { describe, expect, it } from "vitest";

import {
  clearPicks,
  countPicks,
  figurePairs,
  isNarrowed,
  MISSING,
  readDashboardSearch,
  togglePick,
} from "@/features/dashboard/dashboardSearch";
import { parseSearch, stringifySearch } from "@/lib/search";

describe("the address of the dashboard", () => {
  it("keeps several values of a filter, leading zeros and all", () => {
    const search = readDashboardSearch({
      city: ["Ames", "Dubuque", "Ames"],
      zip: "01234",
      date_from: "2024-01-01",
      grain: "week",
    });
    expect(readDashboardSearch(parseSearch(stringifySearch({ ...search })))).toEqual(search);
    expect(figurePairs(search)).toEqual([
      ["city", "Ames"],
      ["city", "Dubuque"],
      ["zip", "01234"],
      ["date_from", "2024-01-01"],
      ["grain", "week"],
    ]);
  });

  it("leaves out what it cannot mean", () => {
    const search = readDashboardSearch({
      grain: "hour",
      date_to: "soon",
      measure: "joy",
      city: "",
    });
    expect(figurePairs(search)).toEqual([]);
    expect(isNarrowed(search)).toBe(false);
  });

  it("asks for rows without a value by an empty one", () => {
    expect(figurePairs({ city: [MISSING] })).toEqual([["city", ""]]);
  });

  it("does not ask for other figures when only their looks change", () => {
    expect(figurePairs({ measure: "profit", view: "table" })).toEqual([]);
  });
});

describe("a filter", () => {
  it("takes a value in, and out again at the second click", () => {
    const once = togglePick({ city: ["Ames"] }, "city", "Dubuque");
    expect(once.city).toEqual(["Ames", "Dubuque"]);
    expect(countPicks(once)).toBe(2);
    expect(togglePick(togglePick(once, "city", "Ames"), "city", "Dubuque").city).toBeUndefined();
  });

  it("is gone after clearing, while what is shown stays", () => {
    const search = {
      city: ["Ames"],
      date_to: "2024-01-01",
      grain: "week",
      measure: "units",
    } as const;
    expect(clearPicks({ ...search, city: [...search.city] })).toEqual({
      grain: "week",
      measure: "units",
      view: undefined,
    });
  });
});
