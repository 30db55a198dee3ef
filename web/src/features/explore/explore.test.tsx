import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import type { Explore } from "@/api/types";
import { DimensionCard } from "@/features/explore/DimensionCard";
import {
  chooseGrain,
  chooseMetric,
  ROW_COUNT,
  seriesAggregation,
  toMetric,
  totalsAggregation,
} from "@/features/explore/exploreState";
import { isInSpan, toSeries } from "@/features/explore/series";
import type { Filter } from "@/lib/filters";
import { renderPage } from "@/test/renderPage";
import { jsonAnswer } from "@/test/samples";

const EXPLORE: Explore = {
  version: 1,
  row_count: 2823,
  time: {
    column: "order_date",
    label: "ORDERDATE",
    grain: "month",
    min: "2003-01-06",
    max: "2005-05-31",
  },
  measures: [
    { column: "sales", label: "SALES", aggregate: "sum", type: "decimal(10,2)" },
    { column: "price", label: "PRICE", aggregate: "avg", type: "decimal(10,2)" },
  ],
  dimensions: [{ column: "country", label: "COUNTRY", distinct: 19 }],
};

const SALES = chooseMetric(EXPLORE, undefined);

describe("what the charts ask for", () => {
  it("is the first measure until another is chosen, and rows when there is no measure", () => {
    expect(SALES.expression).toBe("sum:sales");
    expect(chooseMetric(EXPLORE, "avg:price").label).toBe("Average PRICE");
    expect(chooseMetric(EXPLORE, "sum:gone")).toEqual(SALES);
    expect(chooseMetric({ ...EXPLORE, measures: [] }, undefined)).toEqual(ROW_COUNT);
  });

  it("is spelled as the API wants it", () => {
    expect(totalsAggregation(EXPLORE)).toEqual({ metrics: "count,sum:sales,avg:price" });
    expect(seriesAggregation("order_date", "quarter", SALES)).toMatchObject({
      group_by: "order_date:quarter",
      metrics: "sum:sales",
      sort: "order_date_quarter",
    });
    expect(chooseGrain(EXPLORE, "fortnight")).toBe("month");
    expect(chooseGrain(EXPLORE, "year")).toBe("year");
  });
});

describe("the series", () => {
  const items = [
    { order_date_month: "2003-01-01T00:00:00", sum_sales: "10.50" },
    { order_date_month: "2003-03-01T00:00:00", sum_sales: "5" },
    { order_date_month: null, sum_sales: "99" },
  ];

  it("has a zero for a period without rows, and leaves out rows without a time", () => {
    expect(toSeries(items, "order_date_month", SALES, "month")).toEqual([
      { start: "2003-01-01", amount: 10.5 },
      { start: "2003-02-01", amount: 0 },
      { start: "2003-03-01", amount: 5 },
    ]);
  });

  it("has no average for a period without rows", () => {
    const price = toMetric({ column: "price", label: "", aggregate: "avg", type: "double" });
    const averages = items.map((item) => ({ ...item, avg_price: 1 }));
    expect(toSeries(averages, "order_date_month", price, "month")[1]?.amount).toBeNull();
  });

  it("knows which periods are picked", () => {
    const span = { from: "2003-01-01", to: "2003-04-01" };
    expect(isInSpan("2003-03-01", span)).toBe(true);
    expect(isInSpan("2003-04-01", span)).toBe(false);
    expect(isInSpan("1999-01-01", null)).toBe(true);
  });
});

describe("a dimension", () => {
  const items = [
    { country: "USA", sum_sales: "300" },
    { country: null, sum_sales: "200" },
    { country: "France", sum_sales: "100" },
  ];

  async function drawCard(filters: Filter[]) {
    const asked: string[] = [];
    vi.stubGlobal("fetch", (request: Request) => {
      asked.push(new URL(request.url).search);
      return Promise.resolve(jsonAnswer({ columns: [], items, version: 1, truncated: false }));
    });
    const onFilters = vi.fn();
    const [dimension] = EXPLORE.dimensions;
    if (!dimension) throw new Error("the sample has a dimension");
    await renderPage(
      <DimensionCard
        slug="sales"
        dimension={dimension}
        metric={SALES}
        filters={filters}
        onFilters={onFilters}
      />,
    );
    await screen.findByRole("button", { name: /USA/ });
    return { asked, onFilters };
  }

  const SALES_FILTER: Filter = { column: "sales", operator: "gte", value: "5" };

  it("filters everything by the value that is clicked, the missing one too", async () => {
    const { onFilters } = await drawCard([SALES_FILTER]);
    await userEvent.click(screen.getByRole("button", { name: /France/ }));
    expect(onFilters).toHaveBeenLastCalledWith([
      SALES_FILTER,
      { column: "country", operator: "eq", value: "France" },
    ]);
    await userEvent.click(screen.getByRole("button", { name: /missing/ }));
    expect(onFilters).toHaveBeenLastCalledWith([
      SALES_FILTER,
      { column: "country", operator: "isnull", value: "true" },
    ]);
  });

  it("keeps showing what is not picked, and marks what is", async () => {
    const picked: Filter = { column: "country", operator: "eq", value: "USA" };
    const { asked } = await drawCard([SALES_FILTER, picked]);
    expect(asked[0]).toContain("sales__gte=5");
    expect(asked[0]).not.toContain("country=USA");
    expect(screen.getByRole("button", { name: /USA/ })).toHaveAttribute("aria-pressed", "true");
    expect(screen.getByRole("button", { name: /France/ })).toHaveAttribute("aria-pressed", "false");
  });
});
