import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";

import { sendFile } from "@/features/uploads/sendFile";
import { UploadDialog } from "@/features/uploads/UploadDialog";
import { uploads } from "@/features/uploads/uploadStore";
import { renderPage } from "@/test/renderPage";
import { jsonAnswer } from "@/test/samples";

const TEMPLATES = {
  items: [
    { name: "products", label: "Products" },
    { name: "sales", label: "Sales" },
    { name: "returns", label: "RMA list" },
  ],
};

function aFile(name: string) {
  return new File(["x"], name);
}

async function openWith(...names: string[]) {
  vi.stubGlobal("fetch", (request: Request) =>
    Promise.resolve(jsonAnswer(request.url.endsWith("/api/templates") ? TEMPLATES : { items: [] })),
  );
  const add = vi.spyOn(uploads, "add").mockReturnValue();
  await renderPage(
    <UploadDialog opened onClose={vi.fn()} files={names.map(aFile)} onFiles={vi.fn()} />,
  );
  return { sent: () => add.mock.calls.at(-1)?.[1] };
}

const submit = () => userEvent.click(screen.getByRole("button", { name: "Import" }));

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("the upload dialog", () => {
  it("sends files without a template unless one is chosen", async () => {
    const { sent } = await openWith("a.csv");
    await submit();
    expect(sent()).toMatchObject({ template: undefined, sheet: undefined, member: undefined });
  });

  it("offers the built-in templates and the workspace's own, and sends the chosen one", async () => {
    const { sent } = await openWith("a.csv");
    await userEvent.click(screen.getByRole("combobox", { name: "Template" }));
    await userEvent.click(await screen.findByRole("option", { name: "RMA list" }));
    await submit();
    expect(sent()).toMatchObject({ template: "returns" });
  });

  it("asks for a sheet of a workbook only, and sends it", async () => {
    const { sent } = await openWith("Prices.XLSX");
    expect(screen.queryByLabelText("Member")).toBeNull();
    await userEvent.type(screen.getByLabelText("Sheet"), " 2 ");
    await submit();
    expect(sent()).toMatchObject({ sheet: "2", member: undefined });
  });

  it("asks for a member of an archive only, and sends it", async () => {
    const { sent } = await openWith("all.zip");
    expect(screen.queryByLabelText("Sheet")).toBeNull();
    await userEvent.type(screen.getByLabelText("Member"), "in/a.csv");
    await submit();
    expect(sent()).toMatchObject({ sheet: undefined, member: "in/a.csv" });
  });

  it("asks for neither with a plain file", async () => {
    await openWith("a.csv");
    expect(screen.queryByLabelText("Sheet")).toBeNull();
    expect(screen.queryByLabelText("Member")).toBeNull();
  });
});

describe("the form that goes to the server", () => {
  it.each([
    ["a.xlsx", { template: "sales", sheet: "2", member: null }],
    ["a.ods", { template: "sales", sheet: "2", member: null }],
    ["a.zip", { template: "sales", sheet: null, member: "b.csv" }],
    ["a.csv", { template: "sales", sheet: null, member: null }],
  ])("of %s has the fields that concern it", (name, expected) => {
    const send = vi.spyOn(XMLHttpRequest.prototype, "send").mockReturnValue();
    const target = { mode: "append", key: [], force: false } as const;
    const chosen = { template: "sales", sheet: "2", member: "b.csv" };
    void sendFile(aFile(name), { ...target, key: [], ...chosen }, vi.fn());
    const form = send.mock.calls[0]?.[0] as FormData;
    const fields = Object.keys(expected).map((field) => [field, form.get(field)]);
    expect(Object.fromEntries(fields)).toEqual(expected);
  });
});
