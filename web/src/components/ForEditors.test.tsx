import { screen } from "@testing-library/react";
import { expect, it } from "vitest";

import { ForEditors } from "@/components/ForEditors";
import { renderPage } from "@/test/renderPage";

const CONTENT = (
  <ForEditors>
    <button>New invoice</button>
  </ForEditors>
);

it.each(["owner", "editor"] as const)("shows an %s what changes the workspace", async (role) => {
  await renderPage(CONTENT, { role });
  expect(screen.getByRole("button", { name: "New invoice" })).toBeVisible();
});

it("shows a viewer nothing that would be refused", async () => {
  await renderPage(CONTENT, { role: "viewer" });
  expect(screen.queryByRole("button")).toBeNull();
});
