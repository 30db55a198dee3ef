import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";

import type { StockLine } from "@/api/types";
import { readStockSearch, stockPairs } from "@/features/stock/stockSearch";
import { StockTable } from "@/features/stock/StockTable";
import { renderPage } from "@/test/renderPage";

function aLine(part: Partial<StockLine>): StockLine {
  return {
    item_number: "10029",
    item_name: "Birch River",
    store_number: "2001",
    store_name: "Corner Spirits",
    opening: 120,
    opening_date: null,
    received: 0,
    sold: 100,
    on_hand: 20,
    minimum: 24,
    is_low: true,
    is_negative: false,
    warning: null,
    ...part,
  };
}

it("warns of negative stock and never hides it", async () => {
  const lines = [
    aLine({}),
    aLine({ item_number: "2", on_hand: "-1234.5", is_negative: true, warning: "negative" }),
  ];
  await renderPage(<StockTable lines={lines} sort={undefined} onSort={vi.fn()} />);
  const [, low, negative] = screen.getAllByRole("row");
  if (!low || !negative) throw new Error("both lines are shown");
  expect(within(low).getByText("Low")).toBeVisible();
  expect(within(negative).getByText("Negative")).toBeVisible();
  expect(negative).toHaveTextContent("-1,234.5");
});

it("says what was sold but never counted in", async () => {
  const line = aLine({ opening: null, on_hand: -3, is_negative: true, warning: "no_opening" });
  await renderPage(<StockTable lines={[line]} sort={undefined} onSort={vi.fn()} />);
  expect(screen.getByText("Not counted")).toBeVisible();
});

it("leads from an item to its sales", async () => {
  await renderPage(<StockTable lines={[aLine({})]} sort={undefined} onSort={vi.fn()} />);
  const link = screen.getByRole("link", { name: "Birch River" });
  expect(link.getAttribute("href")).toContain("/dashboard");
  expect(link.getAttribute("href")).toContain("10029");
});

it("sorts by a column: falling after rising", async () => {
  const onSort = vi.fn();
  await renderPage(<StockTable lines={[aLine({})]} sort="on_hand" onSort={onSort} />);
  const heading = screen.getByRole("columnheader", { name: "On hand" });
  expect(heading).toHaveAttribute("aria-sort", "ascending");
  await userEvent.click(within(heading).getByRole("button"));
  expect(onSort).toHaveBeenCalledWith("-on_hand");
});

it("shows what is low when nothing else is asked for, the shortest first", () => {
  expect(stockPairs(readStockSearch({}))).toEqual([
    ["low", "true"],
    ["sort", "on_hand"],
  ]);
  expect(stockPairs(readStockSearch({ show: "all", search: "gin" }))).toEqual([["q", "gin"]]);
});
