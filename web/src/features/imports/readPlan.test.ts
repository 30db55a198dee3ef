import { expect, it } from "vitest";

import { planColumns, planFacts } from "@/features/imports/readPlan";

const PLAN = {
  format: "csv",
  encoding: "cp1252",
  bom: 0,
  delimiter: ";",
  quote: '"',
  escape: '"',
  newline: "\r\n",
  header: true,
  skip_rows: 2,
  nulls: ["", "n/a"],
  day_first: true,
  columns: [
    { name: "order_date", label: "ORDERDATE", type: "timestamp", formats: ["%d/%m/%Y %H:%M"] },
    { name: "amount", label: "Amount", type: "decimal(10,2)", decimal: ",", thousands: "." },
    { name: "zip", label: "ZIP", type: "text" },
  ],
};

it("tells how a file was read in words that a person can check", () => {
  expect(planFacts(PLAN)).toEqual([
    { term: "Encoding", words: "Windows-1252" },
    { term: "Delimiter", words: "semicolon" },
    { term: "Quotes", words: "double quotes, doubled inside" },
    { term: "Header", words: "the first row, after 2 lines above it" },
    { term: "Missing values", words: "empty, n/a" },
    { term: "Dates", words: "day before month" },
  ]);
});

it("tells how the values of each column are written", () => {
  expect(planColumns(PLAN).map(({ label, type }) => [label, type])).toEqual([
    ["ORDERDATE", "date and time, written %d/%m/%Y %H:%M"],
    ["Amount", "decimal, 2 places, with a decimal comma, with “.” between thousands"],
    ["ZIP", "text"],
  ]);
});

it("makes do with a plan that says little", () => {
  expect(planFacts({ header: false })).toEqual([{ term: "Header", words: "none" }]);
  expect(planColumns({})).toEqual([]);
});
