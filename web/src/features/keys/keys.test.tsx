import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import { expiryOf, toLife } from "@/features/keys/expiry";
import { KeysPanel } from "@/features/keys/KeysPanel";
import { renderPage } from "@/test/renderPage";
import { jsonAnswer } from "@/test/samples";

const KEY = {
  id: "key-1",
  name: "nightly",
  prefix: "rmk_Zx81aQ0p",
  scope: "read",
  workspace_id: "workspace-1",
  created_at: "2026-03-01T10:00:00Z",
  expires_at: "2026-03-02T10:00:00Z",
  last_used_at: null,
  is_expired: true,
};

function answer(request: Request): Promise<Response> {
  if (request.method === "POST")
    return Promise.resolve(jsonAnswer({ ...KEY, key: "rmk_all" }, 201));
  return Promise.resolve(jsonAnswer({ items: [KEY], next_cursor: null }));
}

describe("expiryOf", () => {
  it("ends a key after its days, or never", () => {
    const now = Date.UTC(2026, 2, 1);
    expect(expiryOf("7", now)).toBe("2026-03-08T00:00:00.000Z");
    expect(expiryOf("never", now)).toBeNull();
    expect(toLife("nonsense")).toBe("90");
  });
});

describe("the API keys", () => {
  it("are listed without the key, with what is wrong with them", async () => {
    vi.stubGlobal("fetch", vi.fn(answer));
    await renderPage(<KeysPanel />);
    const item = await screen.findByRole("listitem");
    expect(item).toHaveTextContent("rmk_Zx81aQ0p…");
    expect(item).toHaveTextContent("never used");
    expect(item).toHaveTextContent(/expired/);
  });

  it("ask for a name, and show a new key once", async () => {
    const fetched = vi.fn(answer);
    vi.stubGlobal("fetch", fetched);
    await renderPage(<KeysPanel />);
    await userEvent.click(screen.getByRole("button", { name: "New key" }));
    await userEvent.click(await screen.findByRole("button", { name: "Make key" }));
    expect(screen.getByText("Enter a name.")).toBeVisible();
    expect(fetched.mock.calls.every(([request]) => request.method === "GET")).toBe(true);
    await userEvent.type(screen.getByLabelText("Name"), "nightly");
    await userEvent.click(screen.getByRole("button", { name: "Make key" }));
    expect(await screen.findByText("rmk_all")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Done" }));
    expect(screen.queryByText("rmk_all")).not.toBeInTheDocument();
  });
});
