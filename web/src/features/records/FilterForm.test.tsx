import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";

import type { ColumnLook } from "@/features/records/columnLooks";
import { findProblem } from "@/features/records/filterDraft";
import { FilterForm } from "@/features/records/FilterForm";
import type { Filter } from "@/lib/filters";
import { renderPage } from "@/test/renderPage";
import { jsonAnswer } from "@/test/samples";

const AMOUNT: ColumnLook = {
  name: "sales",
  label: "SALES",
  type: "decimal(10,2)",
  family: "number",
  isRight: true,
  isDateOnly: false,
  width: 100,
};

const OTHER: Filter = { column: "country", operator: "eq", value: "France" };

async function openForm(filters: Filter[] = [OTHER]) {
  const onFilters = vi.fn();
  const onClose = vi.fn();
  const columnFilters = { slug: "sales", filters, onFilters, open: "sales", onOpen: vi.fn() };
  await renderPage(<FilterForm look={AMOUNT} columnFilters={columnFilters} onClose={onClose} />);
  return { onFilters, onClose };
}

beforeEach(() => {
  vi.stubGlobal("fetch", () => Promise.resolve(jsonAnswer({ items: [] })));
});

describe("the filter of a number column", () => {
  it("says what is wrong with a value and does not apply it", async () => {
    const { onFilters } = await openForm();
    await userEvent.type(screen.getByRole("textbox", { name: "Value" }), "many");
    await userEvent.click(screen.getByRole("button", { name: "Apply" }));
    expect(screen.getByText("Enter a number, such as 1500 or 99.5.")).toBeVisible();
    expect(onFilters).not.toHaveBeenCalled();
  });

  it("adds its filter to those of other columns", async () => {
    const { onFilters, onClose } = await openForm();
    await userEvent.type(screen.getByRole("textbox", { name: "Value" }), "99.5{Enter}");
    expect(onFilters).toHaveBeenCalledExactlyOnceWith([
      OTHER,
      { column: "sales", operator: "eq", value: "99.5" },
    ]);
    expect(onClose).toHaveBeenCalledOnce();
  });

  it("begins with the filter that is there, and can clear it", async () => {
    const { onFilters } = await openForm([
      OTHER,
      { column: "sales", operator: "gte", value: "1000" },
    ]);
    expect(screen.getByRole("textbox", { name: "Value" })).toHaveValue("1000");
    await userEvent.click(screen.getByRole("button", { name: "Clear" }));
    expect(onFilters).toHaveBeenCalledExactlyOnceWith([OTHER]);
  });
});

describe("findProblem", () => {
  const filter = (operator: Filter["operator"], value: string): Filter => ({
    column: "c",
    operator,
    value,
  });

  it("wants both ends of a range and numbers in a list of numbers", () => {
    expect(findProblem(filter("between", "1"), "number")).toBe("Enter both ends.");
    expect(findProblem(filter("between", "1,2.5e3"), "number")).toBeNull();
    expect(findProblem(filter("in", "1,x"), "number")).toMatch(/number/);
    expect(findProblem(filter("in", ""), "text")).toBe("Enter at least one value.");
  });

  it("lets an empty text be searched for exactly, but not as a part", () => {
    expect(findProblem(filter("eq", ""), "text")).toBeNull();
    expect(findProblem(filter("icontains", ""), "text")).toBe("Enter some text.");
    expect(findProblem(filter("isnull", "true"), "date")).toBeNull();
    expect(findProblem(filter("gte", ""), "date")).toBe("Choose a date.");
  });
});
