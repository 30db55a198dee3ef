import { describe, expect, it } from "vitest";

import {
  filterPairs,
  formatFilter,
  joinList,
  parseFilter,
  parseFilters,
  pickedValues,
  splitList,
  toggleMissing,
  togglePicked,
  type Filter,
} from "@/lib/filters";

const SAMPLES: Filter[] = [
  { column: "country", operator: "eq", value: "France" },
  { column: "sales", operator: "gte", value: "1000" },
  { column: "note", operator: "icontains", value: "a:b__c=d&e" },
  { column: "order_date", operator: "between", value: "2003-01-01,2003-12-31" },
  { column: "a__b", operator: "eq", value: "x" },
  { column: "a__in", operator: "eq", value: "1" },
  { column: "city", operator: "eq", value: "" },
  { column: "state", operator: "isnull", value: "true" },
];

describe("a filter in the address", () => {
  it.each(SAMPLES)("reads back as it was written: $column $operator $value", (filter) => {
    expect(parseFilter(formatFilter(filter))).toEqual(filter);
  });

  it("is short where it can be", () => {
    expect(formatFilter({ column: "country", operator: "eq", value: "France" })).toBe(
      "country:France",
    );
  });

  it("is dropped when it is none", () => {
    expect(parseFilters(["nonsense", ":x", "city:Paris"])).toEqual([
      { column: "city", operator: "eq", value: "Paris" },
    ]);
  });
});

it("goes to the API under the names that the API knows", () => {
  expect(
    filterPairs([
      { column: "country", operator: "eq", value: "France" },
      { column: "sales", operator: "lt", value: "10" },
    ]),
  ).toEqual([
    ["country", "France"],
    ["sales__lt", "10"],
  ]);
});

describe("lists of values", () => {
  it.each([[["France", "USA"]], [["Toys, Inc.", 'a "b"', ""]], [["one"]], [["", ""]]])(
    "keeps %j whole",
    (values) => {
      expect(splitList(joinList(values))).toEqual(values);
    },
  );
});

describe("picking values by clicks", () => {
  it("picks one, then several, then none", () => {
    const one = togglePicked([], "country", "France");
    expect(one).toEqual([{ column: "country", operator: "eq", value: "France" }]);
    const two = togglePicked(one, "country", "USA");
    expect(two).toEqual([{ column: "country", operator: "in", value: "France,USA" }]);
    expect(pickedValues(two, "country")).toEqual(["France", "USA"]);
    expect(togglePicked(togglePicked(two, "country", "USA"), "country", "France")).toEqual([]);
  });

  it("leaves the filters of other columns alone", () => {
    const other: Filter = { column: "sales", operator: "gt", value: "5" };
    expect(togglePicked([other], "country", "Spain")).toContainEqual(other);
    expect(toggleMissing(toggleMissing([other], "state"), "state")).toEqual([other]);
  });

  it("picks a value with a comma as one value", () => {
    const picked = togglePicked(
      togglePicked([], "customer", "Toys, Inc."),
      "customer",
      "Mini Wheels",
    );
    expect(pickedValues(picked, "customer")).toEqual(["Toys, Inc.", "Mini Wheels"]);
  });
});
