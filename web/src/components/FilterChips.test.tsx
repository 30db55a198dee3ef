import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";

import type { Column } from "@/api/types";
import { FilterChips } from "@/components/FilterChips";
import type { Filter } from "@/lib/filters";
import { renderPage } from "@/test/renderPage";

const COLUMNS: Column[] = [
  { name: "country", label: "Country", type: "text", nullable: true, position: 0 },
  { name: "order_date", label: "Order date", type: "date", nullable: true, position: 1 },
  { name: "sales", label: "Sales", type: "decimal(10,2)", nullable: true, position: 2 },
];

const FILTERS: Filter[] = [
  { column: "country", operator: "in", value: "France,USA" },
  { column: "order_date", operator: "gte", value: "2003-02-01" },
  { column: "order_date", operator: "lt", value: "2003-03-01" },
  { column: "sales", operator: "isnull", value: "true" },
];

it("says each filter in words, and the two ends of a month as that month", async () => {
  await renderPage(<FilterChips filters={FILTERS} columns={COLUMNS} onChange={vi.fn()} />);
  const buttons = screen.getAllByRole("button", { name: /^Remove filter/ });
  expect(buttons.map((button) => button.getAttribute("aria-label"))).toEqual([
    "Remove filter Country is one of France, USA",
    "Remove filter Order date is Feb 2003",
    "Remove filter Sales is missing",
  ]);
});

it("takes both ends of a span away together, and nothing else", async () => {
  const onChange = vi.fn();
  await renderPage(<FilterChips filters={FILTERS} columns={COLUMNS} onChange={onChange} />);
  await userEvent.click(screen.getByRole("button", { name: /Order date/ }));
  expect(onChange).toHaveBeenCalledExactlyOnceWith([FILTERS[0], FILTERS[3]]);
});

it("clears all at once, and is not there without filters", async () => {
  const onChange = vi.fn();
  const { unmount } = await renderPage(
    <FilterChips filters={FILTERS} columns={COLUMNS} onChange={onChange} />,
  );
  await userEvent.click(screen.getByRole("button", { name: "Clear all" }));
  expect(onChange).toHaveBeenCalledExactlyOnceWith([]);
  unmount();
  await renderPage(<FilterChips filters={[]} columns={COLUMNS} onChange={onChange} />);
  expect(screen.queryByRole("list", { name: "Filters" })).not.toBeInTheDocument();
});
