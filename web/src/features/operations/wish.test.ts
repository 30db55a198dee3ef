import { describe, expect, it } from "vitest";

import type { Column } from "@/api/types";
import {
  decidingColumns,
  formatTest,
  fromFilter,
  parseTest,
  toRequest,
  toWish,
  type Test,
} from "@/features/operations/wish";
import { findTestProblem, findWishProblem } from "@/features/operations/wishProblem";

const aColumn = (name: string, type: string) => ({ name, label: name, type }) as Column;
const columns = [
  aColumn("country", "text"),
  aColumn("amount", "decimal(10,2)"),
  aColumn("day", "date"),
];

describe("a condition in the address", () => {
  it.each<Test>([
    { column: "country", operator: "eq", value: "France" },
    { column: "time", operator: "gte", value: "2026-01-01T10:20:30" },
    { column: "country", operator: "eq", value: "" },
    { column: "country", operator: "not_contains", value: ":a,b:" },
    { column: "country", operator: "blank", value: "" },
  ])("is read as it was written: $column $operator $value", (test) => {
    expect(parseTest(formatTest(test))).toEqual(test);
  });

  it.each(["", "country", "country:like:x", ":eq:x"])("is dropped when it is none: %s", (text) => {
    expect(parseTest(text)).toBeNull();
  });
});

describe("toRequest", () => {
  it("asks for whole rows when no column is chosen", () => {
    expect(toRequest({ dataset: "sales" })).toEqual({ dataset_id: "sales", operation: "dedup" });
  });

  it("compares what is missing with null", () => {
    const wish = { dataset: "sales", operation: "filter", f: ["country:blank", "day:present"] };
    expect(toRequest(wish)?.filters).toEqual([
      { column: "country", operator: "eq", value: null },
      { column: "day", operator: "ne", value: null },
    ]);
  });

  it.each([{ operation: "unique" }, { operation: "filter" }])(
    "waits for what is still to be chosen: $operation",
    ({ operation }) => {
      expect(toRequest({ dataset: "sales", operation })).toBeNull();
    },
  );

  it("is what was asked for after the way through an operation and back", () => {
    const wish = { dataset: "sales", operation: "filter", f: ["amount:gte:20", "country:blank"] };
    const request = toRequest(wish);
    const back = toWish({
      dataset: { slug: "sales" },
      operation: "filter",
      columns: [],
      filters: request?.filters ?? [],
    });
    expect(back).toEqual({ ...wish, c: undefined });
    expect(decidingColumns(request ?? { operation: "" })).toEqual(["amount", "country"]);
  });
});

describe("fromFilter", () => {
  it("knows the operators of other programs", () => {
    expect(fromFilter({ column: "amount", operator: ">=", value: 20 })).toEqual({
      column: "amount",
      operator: "gte",
      value: "20",
    });
  });
});

describe("what is wrong with a wish", () => {
  it.each<[Test, RegExp]>([
    [{ column: "amount", operator: "gte", value: "lots" }, /Enter a number/],
    [{ column: "amount", operator: "contains", value: "" }, /Enter some text/],
    [{ column: "gone", operator: "eq", value: "1" }, /no column gone/],
  ])("is said of %o", (test, message) => {
    expect(findTestProblem(test, columns)).toMatch(message);
  });

  it.each<Test>([
    { column: "amount", operator: "contains", value: "2" },
    { column: "country", operator: "ne", value: "" },
    { column: "day", operator: "blank", value: "" },
  ])("is nothing for %o", (test) => {
    expect(findTestProblem(test, columns)).toBeNull();
  });

  it("names a column that the dataset does not have", () => {
    expect(findWishProblem({ c: ["gone"] }, columns)).toMatch(/no column gone/);
    expect(findWishProblem({ operation: "unique" }, columns)).toMatch(/Choose the column/);
    expect(findWishProblem({ c: ["country"] }, columns)).toBeNull();
  });
});
