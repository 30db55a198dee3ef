import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";

import { ApiError } from "@/api/problem";
import { changesBetween } from "@/features/invoices/changes";
import { draftOf, inputOf } from "@/features/invoices/invoiceDraft";
import { InvoiceForm } from "@/features/invoices/InvoiceForm";
import type { Invoice, InvoiceLine } from "@/features/invoices/invoiceQueries";
import { invoicePairs, readInvoiceSearch } from "@/features/invoices/invoiceSearch";
import { amountOfLine, sumOf } from "@/features/invoices/money";
import { renderPage } from "@/test/renderPage";

function aLine(part: Partial<InvoiceLine> = {}): InvoiceLine {
  return {
    line: 1,
    item_number: "10029",
    item_name: "Birch River",
    category: "100",
    category_name: null,
    vendor_number: null,
    vendor_name: null,
    pack: "12",
    volume_ml: null,
    quantity: "3",
    unit_price: "10.75",
    unit_cost: null,
    amount: "32.20",
    extra: {},
    ...part,
  };
}

function anInvoice(part: Partial<Invoice> = {}): Invoice {
  return {
    invoice_id: "INV-1",
    number: "INV-1",
    date: "2026-01-31",
    customer: "Land of Toys",
    country: null,
    store: {
      number: "1",
      name: "Corner",
      address: null,
      city: null,
      zip: null,
      location: "POINT (1 2)",
      county_number: null,
      county: null,
    },
    line_count: 1,
    totals: { quantity: "3", amount: "32.20", cost: null, profit: null },
    lines: [aLine()],
    ...part,
  };
}

it("computes amounts to the cent as the server does, whatever their size", () => {
  expect(amountOfLine("3", "0.335")).toBe("1.01");
  expect(amountOfLine("-3", "0.335")).toBe("-1.01");
  expect(amountOfLine("12345678901234567", "1.10")).toBe("13580246791358023.70");
  expect(amountOfLine("two", "1")).toBeNull();
  expect(sumOf(["0.10", "0.20", null])).toBe("0.30");
});

it("keeps an imported amount and what the form does not show while figures stay", () => {
  const body = inputOf(draftOf(anInvoice()));
  expect(body.lines?.[0]).toMatchObject({ line: 1, amount: "32.20", category: "100", pack: "12" });
  expect(body.store).toMatchObject({ location: "POINT (1 2)", name: "Corner" });
});

it("leaves the amount to the server once a figure changed", () => {
  const draft = draftOf(anInvoice());
  const lines = draft.lines.map((one) => ({ ...one, texts: { ...one.texts, quantity: "4" } }));
  expect(inputOf({ ...draft, lines }).lines?.[0]).not.toHaveProperty("amount");
});

it("tells what changed in words, line by line", () => {
  const after = anInvoice({
    customer: null,
    lines: [aLine({ quantity: "4" }), aLine({ line: 2 })],
  });
  expect(changesBetween(anInvoice(), after)).toEqual([
    { label: "Customer", before: "Land of Toys", after: null },
    { label: "Line 1, quantity", before: "3", after: "4" },
    { label: "Line 2", before: null, after: "3 × Birch River at 10.75" },
  ]);
});

it("asks the API for what the address says", () => {
  const search = readInvoiceSearch({ search: "gin", from: "2026-01-01", sort: "-amount" });
  expect(invoicePairs(search)).toEqual([
    ["search", "gin"],
    ["date_from", "2026-01-01"],
    ["sort", "-amount"],
  ]);
});

async function renderForm(error: Error | null = null) {
  const onSave = vi.fn();
  await renderPage(
    <InvoiceForm
      initial={draftOf(null, "2026-01-31")}
      error={error}
      isPending={false}
      action="Create invoice"
      onSave={onSave}
      onCancel={vi.fn()}
    />,
  );
  return onSave;
}

it("adds a line with Enter and computes the total meanwhile", async () => {
  await renderForm();
  const first = within(screen.getByRole("group", { name: "Line 1" }));
  await userEvent.type(first.getByLabelText("Quantity"), "3");
  await userEvent.type(first.getByLabelText("Unit price"), "2.50{Enter}");
  expect(screen.getByRole("group", { name: "Line 2" })).toBeVisible();
  expect(screen.getByText("Total 7.50")).toBeVisible();
});

it("shows each message of the API at its field", async () => {
  const fields = {
    number: "An invoice needs a number.",
    "lines.0.quantity": "Give the number of units.",
    "lines.0.amount": "It is wrong.",
  };
  await renderForm(new ApiError(422, "invalid", "Invalid", null, fields));
  expect(screen.getByLabelText("Invoice number")).toHaveAccessibleDescription(fields.number);
  expect(screen.getByLabelText("Quantity")).toHaveAccessibleDescription(
    "Give the number of units.",
  );
  expect(screen.getByRole("alert")).toHaveTextContent("lines.0.amount: It is wrong.");
});
