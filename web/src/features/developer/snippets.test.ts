import { expect, it } from "vitest";

import { toSnippets, type SnippetContext } from "@/features/developer/snippets";

const CONTEXT: SnippetContext = {
  origin: "https://data.example.org",
  slug: "sales",
  user: "ada@example.org",
  fileName: "my sales.csv",
  columns: [
    { name: "city", label: "City", type: "text", nullable: true, position: 0 },
    { name: "amount", label: "Amount", type: "decimal(10,2)", nullable: true, position: 1 },
  ],
  explore: undefined,
};

it("uses the real address, dataset and file in every line", () => {
  for (const { curl, python } of toSnippets(CONTEXT)) {
    expect(curl).toContain("https://data.example.org/api/datasets/sales/");
    expect(python).toContain("https://data.example.org/api/datasets/sales/");
    expect(curl).toContain("-u ada@example.org");
  }
  expect(toSnippets(CONTEXT)[0]?.curl).toContain('-T "my sales.csv"');
});

it("filters by a column that the dataset has", () => {
  const filter = toSnippets(CONTEXT).find(({ title }) => title === "Filter and sort");
  expect(filter?.curl).toContain("records?amount__gte=100&sort=-city");
  expect(filter?.python).toContain('params={"amount__gte": "100", "sort": "-city"}');
});

it("aggregates what the Explore view shows first", () => {
  const aggregate = toSnippets({
    ...CONTEXT,
    explore: {
      version: 1,
      row_count: 1,
      time: { column: "day", label: "Day", grain: "month", min: "2003-01-06", max: "2005-05-31" },
      measures: [{ column: "amount", label: "Amount", aggregate: "sum", type: "decimal(10,2)" }],
      dimensions: [],
    },
  }).find(({ title }) => title === "Aggregate");
  expect(aggregate?.curl).toContain("query?group_by=day:month&metrics=sum:amount");
});
