import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";

import type { Finding } from "@/features/syncs/syncQueries";
import { TestConnection } from "@/features/syncs/TestConnection";
import { renderPage } from "@/test/renderPage";

const onTrust = vi.fn();

function test(data: Finding) {
  const shared = { isCurrent: true, unmarked: [], onTest: vi.fn(), onTrust };
  return <TestConnection {...shared} test={{ data, error: null, isPending: false }} />;
}

it("offers to trust another host key only with the key that the server shows now", async () => {
  const message = "It shows another host key than before.";
  await renderPage(test({ ok: false, message, host_key: "ssh-ed25519 BBBB" }));
  await userEvent.click(screen.getByRole("button", { name: "Trust the new key" }));
  expect(onTrust).toHaveBeenCalledWith("ssh-ed25519 BBBB");
});

it("asks to compare a key that was trusted at first sight, and offers nothing else", async () => {
  await renderPage(test({ ok: true, message: "It was reached.", host_key: "ssh-ed25519 AAAA" }));
  expect(screen.getByText(/Compare the key/)).toBeVisible();
  expect(screen.queryByRole("button", { name: /Trust/ })).not.toBeInTheDocument();
});
