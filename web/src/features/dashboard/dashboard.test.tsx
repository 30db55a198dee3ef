import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import type { Breakdown, Dashboard, Kpi } from "@/api/types";
import { ActiveFilters } from "@/features/dashboard/ActiveFilters";
import { BreakdownCard } from "@/features/dashboard/BreakdownCard";
import { FilterMenu } from "@/features/dashboard/FilterMenu";
import { KeyFigures } from "@/features/dashboard/KeyFigures";
import { drillInto, toSeries } from "@/features/dashboard/series";
import { renderPage } from "@/test/renderPage";
import { jsonAnswer } from "@/test/samples";

function aKpi(value: Kpi["value"], part: Partial<Kpi> = {}): Kpi {
  return { value, previous: null, change: null, ...part };
}

const DASHBOARD: Dashboard = {
  dataset: { id: "1", slug: "sales", name: "Sales" },
  version: 1,
  grain: "month",
  date_from: "2024-01-01",
  date_to: "2024-01-31",
  first_date: "2022-01-03",
  last_date: "2024-12-30",
  filters: {},
  available_filters: ["city"],
  total_sales: "90071992547409931.07",
  total_profit: null,
  total_stock: "12",
  stock_basis: "on_hand",
  kpis: {
    sales: aKpi("90071992547409931.07", { previous: "1000.00", change: 0.0415 }),
    profit: aKpi(null),
    margin: aKpi("0.3098", { previous: "0.3333", change: -0.0705 }),
    units: aKpi("590154"),
    stock: aKpi("12"),
    orders: aKpi(99067),
    average_order: aKpi("101.27"),
  },
  series: [],
  breakdowns: {},
  stores: [],
  unavailable: { profit: "The sales have no unit cost." },
};

const CITIES: Breakdown = {
  filter: "city",
  items: [
    { value: "Ames", label: "Ames", sales: "1000.50", profit: null, units: "10", orders: 4 },
    { value: null, label: null, sales: "5.00", profit: null, units: "1", orders: 1 },
  ],
  rest: { groups: 10, sales: "77.00", profit: null, units: "3", orders: 2 },
};

describe("the key figures", () => {
  it("show every digit of a sum, and the change against the period before", async () => {
    await renderPage(
      <KeyFigures data={DASHBOARD} measure="sales" onMeasure={vi.fn()} before="in 2023" />,
    );
    const sales = screen.getByTestId("kpi-sales");
    expect(sales).toHaveTextContent("90,071,992,547,409,931.07");
    expect(sales).toHaveTextContent("+4.2 % against 1,000.00 in 2023");
    expect(screen.getByTestId("kpi-margin")).toHaveTextContent("-2.3 pts");
    expect(screen.getByTestId("kpi-average_order")).toHaveTextContent("101.27");
  });

  it("say why one of them cannot be computed", async () => {
    await renderPage(
      <KeyFigures data={DASHBOARD} measure="sales" onMeasure={vi.fn()} before={null} />,
    );
    const profit = screen.getByTestId("kpi-profit");
    expect(profit).toHaveTextContent("The sales have no unit cost.");
    expect(profit).not.toHaveAttribute("aria-pressed");
  });

  it("choose what the charts show", async () => {
    const onMeasure = vi.fn();
    await renderPage(
      <KeyFigures data={DASHBOARD} measure="sales" onMeasure={onMeasure} before={null} />,
    );
    await userEvent.click(screen.getByRole("button", { name: /Units/ }));
    expect(onMeasure).toHaveBeenCalledWith("units");
  });
});

describe("a breakdown", () => {
  it("filters by what is clicked, and takes it back at the second click", async () => {
    const onSearch = vi.fn();
    const shared = {
      name: "city",
      breakdown: CITIES,
      measure: "sales" as const,
      measures: ["sales" as const],
    };
    const view = await renderPage(<BreakdownCard {...shared} search={{}} onSearch={onSearch} />);
    await userEvent.click(screen.getByRole("button", { name: /Ames/ }));
    expect(onSearch).toHaveBeenCalledWith({ city: ["Ames"] });
    view.unmount();

    await renderPage(<BreakdownCard {...shared} search={{ city: ["Ames"] }} onSearch={onSearch} />);
    expect(screen.getByRole("button", { name: /Ames/ })).toHaveAttribute("aria-pressed", "true");
    await userEvent.click(screen.getByRole("button", { name: /Ames/ }));
    expect(onSearch).toHaveBeenLastCalledWith({ city: undefined });
  });

  it("as a table has all measures and the rest of the values, which is no filter", async () => {
    await renderPage(
      <BreakdownCard
        name="city"
        breakdown={CITIES}
        measure="sales"
        measures={["sales", "units"]}
        search={{ view: "table" }}
        onSearch={vi.fn()}
      />,
    );
    const row = screen.getByRole("row", { name: /Ames/ });
    expect(within(row).getByRole("cell", { name: "1,000.50" })).toBeVisible();
    expect(screen.getByRole("row", { name: /10 more 77.00 3 2/ })).toBeVisible();
    expect(screen.queryByRole("columnheader", { name: "Profit" })).toBeNull();
    expect(screen.getAllByRole("button").map((one) => one.textContent)).toEqual([
      "Ames",
      "missing",
    ]);
  });
});

describe("the series", () => {
  const points = [
    { period: "2024-01-01", sales: "10.00", profit: null, units: "1", orders: 1, stock: null },
    { period: "2024-03-01", sales: "30.00", profit: null, units: "3", orders: 1, stock: null },
  ];

  it("is zero in a period without sales", () => {
    expect(toSeries(points, "sales", "month").map(({ exact }) => exact)).toEqual([
      "10.00",
      "0",
      "30.00",
    ]);
  });

  it("goes into a period by its days, cut finer", () => {
    expect(drillInto("2024-01-01", "quarter")).toEqual({
      date_from: "2024-01-01",
      date_to: "2024-03-31",
      grain: "month",
    });
    expect(drillInto("2024-02-01", "month")).toMatchObject({ date_to: "2024-02-29", grain: "day" });
  });
});

describe("the filters", () => {
  it("offer values while one types, and mark those that are chosen", async () => {
    const asked: string[] = [];
    vi.stubGlobal("fetch", (request: Request | string) => {
      asked.push(typeof request === "string" ? request : request.url);
      const items = [
        { value: "Ames", count: 3 },
        { value: "Amesville", count: 1 },
      ];
      return Promise.resolve(jsonAnswer({ items }));
    });
    const onToggle = vi.fn();
    await renderPage(<FilterMenu field="city" picked={["Ames"]} pairs={[]} onToggle={onToggle} />);
    await userEvent.click(screen.getByRole("combobox", { name: "Filter by City: 1 chosen" }));
    await userEvent.type(screen.getByLabelText("Search City"), "ame");
    const chosen = await screen.findByRole("option", { name: "Ames" });
    expect(chosen).toHaveAttribute("aria-selected", "true");
    await userEvent.click(screen.getByRole("option", { name: "Amesville" }));
    expect(onToggle).toHaveBeenCalledWith("Amesville");
    await vi.waitFor(() => {
      expect(asked.at(-1)).toContain("q=ame");
    });
  });

  it("are pills that go one by one, or all at once", async () => {
    const onSearch = vi.fn();
    const search = { city: ["Ames", "Dubuque"], date_from: "2024-01-01", grain: "week" } as const;
    await renderPage(
      <ActiveFilters search={{ ...search, city: [...search.city] }} onSearch={onSearch} />,
    );
    await userEvent.click(screen.getByRole("button", { name: "Remove filter City Ames" }));
    expect(onSearch).toHaveBeenLastCalledWith({ ...search, city: ["Dubuque"] });
    await userEvent.click(screen.getByRole("button", { name: "Clear all" }));
    expect(onSearch).toHaveBeenLastCalledWith({ grain: "week" });
  });
});
