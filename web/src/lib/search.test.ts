import { expect, it } from "vitest";

import { filterParam, parseSearch, stringifySearch, textListParam, textParam } from "@/lib/search";
import { formatSort, parseSort } from "@/lib/sorting";

it("keeps repeated names, spaces and special signs through the address bar", () => {
  const search = { f: ["country:Côte d'Ivoire", "note:a&b=c+d #1", "x:100 %"], sort: "-sales" };
  expect(parseSearch(stringifySearch(search))).toEqual(search);
});

it("leaves text that looks like a number or a truth value as text", () => {
  expect(parseSearch("?f=zip:01234&q=true")).toEqual({ f: "zip:01234", q: "true" });
});

it("leaves out what is not set", () => {
  expect(stringifySearch({ f: undefined, sort: "", grain: "month" })).toBe("?grain=month");
  expect(stringifySearch({})).toBe("");
});

it("writes filters so that a person can read them", () => {
  expect(stringifySearch({ f: ["country__in:France,USA", "day:2003-01-01"] })).toBe(
    "?f=country__in:France,USA&f=day:2003-01-01",
  );
});

it("takes one filter as well as several, and nothing else", () => {
  expect(filterParam("country:France")).toEqual(["country:France"]);
  expect(filterParam(["country:France", "bad", 7])).toEqual(["country:France"]);
  expect(filterParam(undefined)).toBeUndefined();
  expect(textParam(["a"])).toBeUndefined();
});

it("reads and writes an order by several columns", () => {
  expect(parseSort("-amount,city")).toEqual([
    { id: "amount", desc: true },
    { id: "city", desc: false },
  ]);
  expect(formatSort(parseSort("-amount,city"))).toBe("-amount,city");
  expect(parseSort(undefined)).toEqual([]);
  expect(parseSort(",-")).toEqual([]);
  expect(formatSort([])).toBeUndefined();
});

it("takes a parameter that occurs once as a list of one", () => {
  expect(textListParam("a")).toEqual(["a"]);
  expect(textListParam(["a", "", 1])).toEqual(["a"]);
  expect(textListParam(undefined)).toBeUndefined();
});
