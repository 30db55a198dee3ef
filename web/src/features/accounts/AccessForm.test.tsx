import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import { AccessForm } from "@/features/accounts/AccessForm";
import { safeReturn } from "@/features/accounts/useAccess";
import { describeAgent } from "@/features/accounts/userAgent";
import { renderPage } from "@/test/renderPage";
import { jsonAnswer } from "@/test/samples";

async function submit(answer: Response, email = "ada@example.org", password = "correct horse") {
  const fetched = vi.fn<(request: Request) => Promise<Response>>(() => Promise.resolve(answer));
  vi.stubGlobal("fetch", fetched);
  await renderPage(<AccessForm how="register" submit="Create account" returnPath={undefined} />);
  if (email) await userEvent.type(screen.getByLabelText("E-mail"), email);
  if (password) await userEvent.type(screen.getByLabelText("Password"), password);
  await userEvent.click(screen.getByRole("button", { name: "Create account" }));
  return fetched;
}

describe("the form", () => {
  it("puts the server's message beside the field that it is about", async () => {
    await submit(
      jsonAnswer(
        {
          status: 422,
          code: "invalid",
          detail: "Some fields are wrong.",
          errors: [{ field: "password", message: "Use at least 8 characters." }],
        },
        422,
      ),
    );
    const field = await screen.findByLabelText("Password");
    expect(field).toHaveAccessibleDescription(/Use at least 8 characters/);
    expect(field).toBeInvalid();
    expect(screen.queryByRole("alert")).not.toBeInTheDocument();
  });

  it("puts a taken address beside the e-mail field", async () => {
    await submit(jsonAnswer({ status: 409, code: "taken", detail: "There is an account." }, 409));
    expect(await screen.findByText("There is an account.")).toBeVisible();
    expect(screen.getByLabelText("E-mail")).toBeInvalid();
  });

  it("puts what belongs to no field above the form", async () => {
    await submit(jsonAnswer({ status: 401, code: "wrong", detail: "That is wrong." }, 401));
    expect(await screen.findByRole("alert")).toHaveTextContent("That is wrong.");
  });

  it("asks for what is missing without asking the server", async () => {
    const fetched = await submit(jsonAnswer({}), "", "");
    expect(screen.getByText("Enter your e-mail address.")).toBeVisible();
    expect(screen.getByText("Enter a password.")).toBeVisible();
    expect(fetched).not.toHaveBeenCalled();
  });
});

describe("safeReturn", () => {
  it.each([
    ["/datasets/sales/table?f=a:1", "/datasets/sales/table?f=a:1"],
    ["https://evil.example", "/"],
    ["//evil.example", "/"],
    ["/\\evil.example", "/"],
    [undefined, "/"],
  ])("leads %s to %s", (path, safe) => {
    expect(safeReturn(path)).toBe(safe);
  });
});

describe("describeAgent", () => {
  it.each([
    [
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
      "desktop",
      "Chrome on Linux",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1",
      "mobile",
      "Safari on iOS",
    ],
    [
      "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0",
      "desktop",
      "Edge on Windows",
    ],
    ["curl/8.5.0", "program", "curl 8.5.0"],
    ["", "program", "Unknown program"],
  ])("reads %s", (agent, kind, words) => {
    expect(describeAgent(agent)).toEqual({ kind, words });
  });
});
