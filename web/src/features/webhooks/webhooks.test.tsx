import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";

import { ApiError } from "@/api/problem";
import { WebhookForm } from "@/features/webhooks/WebhookForm";
import { renderPage } from "@/test/renderPage";
import { jsonAnswer } from "@/test/samples";

const WEBHOOK = { name: " Warehouse ", url: "https://a.example", events: ["*"], rejects_above: 0 };
const onMine = vi.fn();
const shared = {
  initial: WEBHOOK,
  isPending: false,
  action: "Save",
  onSave: vi.fn(),
  onCancel: vi.fn(),
  onTheirs: vi.fn(),
  onMine,
};

beforeEach(() => {
  vi.stubGlobal("fetch", () => Promise.resolve(jsonAnswer({ items: [] })));
});

it("says beside the button that something is marked further up", async () => {
  const error = new ApiError(422, "invalid", "name: x", null, { name: "Fill this in." });
  await renderPage(<WebhookForm {...shared} error={error} />);
  expect(screen.getByText("Fill this in.")).toBeVisible();
  expect(screen.getByRole("alert")).toHaveTextContent("Mend what is marked");
});

it("loses nothing that was typed when somebody else has saved first", async () => {
  const error = new ApiError(412, "precondition_failed", "It has changed.");
  await renderPage(<WebhookForm {...shared} error={error} />);
  await userEvent.click(screen.getByRole("button", { name: "Save mine" }));
  expect(onMine).toHaveBeenCalledWith({ ...WEBHOOK, name: "Warehouse" });
});
