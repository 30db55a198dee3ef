import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";

import { ApiError } from "@/api/problem";
import type { Template } from "@/api/types";
import {
  draftOfTemplate,
  emptyDraft,
  inputOf,
  nameOf,
  otherErrors,
} from "@/features/templates/templateDraft";
import { TemplateForm } from "@/features/templates/TemplateForm";
import { modeWords } from "@/features/templates/words";
import { renderPage } from "@/test/renderPage";
import { jsonAnswer } from "@/test/samples";

const RETURNS: Template = {
  name: "returns",
  label: "Returns",
  description: "",
  built_in: false,
  mode: "upsert",
  columns: [
    {
      name: "return_id",
      label: "Return",
      type: "identifier",
      family: true,
      aliases: ["RMA"],
      role: "return_id",
      required: true,
    },
    {
      name: "refund",
      label: "Refund",
      type: "decimal",
      family: true,
      aliases: [],
      role: "amount",
      required: false,
    },
  ],
  keys: [["return_id"]],
  measures: [],
  dataset: null,
};

async function openForm(error: Error | null = null) {
  vi.stubGlobal("fetch", () => Promise.resolve(jsonAnswer({ items: [] })));
  const onSave = vi.fn();
  await renderPage(
    <TemplateForm
      initial={emptyDraft()}
      isNameFixed={false}
      error={error}
      isPending={false}
      action="Declare template"
      onSave={onSave}
      onCancel={vi.fn()}
    />,
  );
  return onSave;
}

const save = () => userEvent.click(screen.getByRole("button", { name: "Declare template" }));

afterEach(() => {
  vi.unstubAllGlobals();
});

it("sends back exactly what a template declares when nothing was changed", () => {
  expect(inputOf(draftOfTemplate(RETURNS, false))).toEqual({
    name: "returns",
    label: "Returns",
    columns: [
      {
        name: "return_id",
        label: "Return",
        type: "identifier",
        aliases: ["RMA"],
        role: null,
        required: true,
      },
      {
        name: "refund",
        label: "Refund",
        type: "decimal",
        aliases: [],
        role: "amount",
        required: false,
      },
    ],
    key: ["return_id"],
  });
});

it("makes a copy under another name", () => {
  expect(inputOf(draftOfTemplate(RETURNS, true)).name).toBe("my_returns");
});

it("makes names of labels as long as nobody types one", async () => {
  const onSave = await openForm();
  await userEvent.type(screen.getByLabelText("Label"), "Goods back");
  const column = within(screen.getByRole("group", { name: "Column 1" }));
  await userEvent.type(column.getByLabelText("Header"), "Zip Code");
  await userEvent.type(column.getByLabelText("Other headers", { selector: "input" }), "PLZ{Enter}");
  await save();
  expect(inputOf(onSave.mock.calls[0]?.[0] as ReturnType<typeof emptyDraft>)).toMatchObject({
    name: "goods_back",
    columns: [{ name: "zip_code", label: "Zip Code", aliases: ["PLZ"] }],
  });
  expect(nameOf("Größe (cm)")).toBe("gro_e_cm");
});

it("shows what the server refuses beside the field that it concerns", async () => {
  const fields = { "columns.0.name": "'X' cannot be a name.", body: "The header stands twice." };
  await openForm(new ApiError(422, "invalid", "no", null, fields));
  const column = within(screen.getByRole("group", { name: "Column 1" }));
  expect(column.getByText("'X' cannot be a name.")).toBeVisible();
  expect(within(screen.getByRole("alert")).getByText("The header stands twice.")).toBeVisible();
  expect(otherErrors(fields)).toEqual(["The header stands twice."]);
});

it("takes a removed column out of the key", async () => {
  const onSave = await openForm();
  await userEvent.click(screen.getByRole("button", { name: "Add column" }));
  const second = within(screen.getByRole("group", { name: "Column 2" }));
  await userEvent.type(second.getByLabelText("Header"), "Code");
  await userEvent.click(screen.getByRole("combobox", { name: "Key" }));
  await userEvent.click(await screen.findByRole("option", { name: "Code" }));
  await userEvent.click(screen.getByRole("button", { name: "Remove column 2" }));
  await save();
  expect(onSave.mock.calls[0]?.[0]).toMatchObject({ key: [] });
});

it("says what an import by the template does", () => {
  expect(modeWords(RETURNS)).toMatch(/ by return id$/);
  expect(modeWords({ mode: "append", keys: [] })).not.toMatch(/ by /);
});
