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

/** What the server says of the beginning of a file. */
interface Head {
  status?: number;
  body: unknown;
}

const NO_MATCH = { template: null, label: null, mapping: [], missing: [], extra: [], share: 0 };

const SEEN = {
  format: "csv",
  container: null,
  member: null,
  sheet: null,
  sheets: [],
  records: null,
  columns: [
    { name: "sale_date", label: "Sale Date", type: "date", samples: ["2026-01-31", null] },
    { name: "remark", label: "Remark", type: "text", samples: ["x"] },
  ],
  notes: [],
  match: NO_MATCH,
};

const SALES_HEAD = {
  ...SEEN,
  match: {
    template: "sales",
    label: "Sales",
    mapping: [{ column: "date", role: "date", label: "Date", type: "moment", header: "Sale Date" }],
    missing: [],
    extra: ["Remark"],
    share: 0.5,
  },
};

const UNREADABLE = { status: 422, body: { status: 422, code: "beginning_only", detail: "-" } };

function answer(url: string, head: Head): Response {
  if (url.endsWith("/api/templates")) return jsonAnswer(TEMPLATES);
  if (url.includes("/api/recognise")) return jsonAnswer(head.body, head.status);
  return jsonAnswer(url.endsWith("/match") ? NO_MATCH : { items: [] });
}

async function openWith(name: string, head: Head = UNREADABLE) {
  vi.stubGlobal("fetch", (request: Request) => Promise.resolve(answer(request.url, head)));
  const add = vi.spyOn(uploads, "add").mockReturnValue();
  await renderPage(
    <UploadDialog opened onClose={vi.fn()} files={[aFile(name)]} onFiles={vi.fn()} />,
  );
  return { sent: () => add.mock.calls.at(-1)?.[1] };
}

const useAs = (name: string) => screen.getByRole("combobox", { name: `Use ${name} as` });

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
    await userEvent.click(useAs("a.csv"));
    await userEvent.click(await screen.findByRole("option", { name: "RMA list" }));
    await submit();
    expect(sent()).toMatchObject({ template: "returns" });
  });

  it("offers the template that a file looks like, and shows what its columns become", async () => {
    const { sent } = await openWith("a.csv", { body: SALES_HEAD });
    expect(await screen.findByText("This looks like sales.")).toBeVisible();
    const row = screen.getByRole("row", { name: /Remark/ });
    expect(row).toHaveTextContent("kept as it is");
    expect(screen.getByRole("row", { name: /Sale Date/ })).toHaveTextContent("Date");
    await submit();
    expect(sent()).toMatchObject({ template: "sales" });
  });

  it("sends a recognised file as a plain dataset where that is chosen", async () => {
    const { sent } = await openWith("a.csv", { body: SALES_HEAD });
    await screen.findByText("This looks like sales.");
    await userEvent.click(useAs("a.csv"));
    await userEvent.click(await screen.findByRole("option", { name: "Plain dataset" }));
    expect(screen.queryByText("This looks like sales.")).toBeNull();
    await submit();
    expect(sent()).toMatchObject({ template: undefined });
  });

  it("lets one choose among the sheets that the file has", async () => {
    const sheets = { ...SEEN, sheet: "Sales", sheets: ["Sales", "Costs"] };
    const { sent } = await openWith("a.xlsx", { body: sheets });
    await userEvent.click(await screen.findByRole("combobox", { name: "Sheet" }));
    await userEvent.click(await screen.findByRole("option", { name: "Costs" }));
    await submit();
    expect(sent()).toMatchObject({ sheet: "Costs" });
  });

  it("lets one choose among the files of an archive", async () => {
    const body = {
      status: 422,
      code: "member_undecided",
      detail: "-",
      members: ["a.csv", "b.csv"],
    };
    const { sent } = await openWith("all.zip", { status: 422, body });
    await userEvent.click(await screen.findByRole("combobox", { name: "Member" }));
    await userEvent.click(await screen.findByRole("option", { name: "b.csv" }));
    await submit();
    expect(sent()).toMatchObject({ member: "b.csv" });
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
