import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";

import type { Demo } from "@/api/types";
import { DemoData } from "@/components/DemoData";
import { renderPage } from "@/test/renderPage";
import { jsonAnswer } from "@/test/samples";

type Status = "processing" | "ready" | "failed";

function aDemo(status: Demo["status"], ...statuses: Status[]): Demo {
  const names = ["Products", "Stock", "Sales"];
  return {
    status,
    datasets: statuses.map((one, index) => ({
      id: `dataset-${index}`,
      slug: names[index]?.toLowerCase() ?? "",
      name: names[index] ?? "",
      template: null,
      status: one,
      row_count: 10,
    })),
  };
}

/** A server whose demo is in these states, one for each time that it is asked. */
function answerWith(created: Response, ...states: Demo[]) {
  const left = [...states];
  vi.stubGlobal("fetch", (request: Request) => {
    if (request.method === "POST") return Promise.resolve(created);
    return Promise.resolve(jsonAnswer(left.length > 1 ? left.shift() : left[0]));
  });
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("the demo data", () => {
  it("is created at a click, tells how far it is, and then that it is ready", async () => {
    const begun = aDemo("processing", "ready", "processing", "processing");
    answerWith(jsonAnswer(begun, 201), aDemo("absent"), aDemo("ready", "ready", "ready", "ready"));
    await renderPage(<DemoData whenReady="All there." />);
    await userEvent.click(await screen.findByRole("button", { name: "Create demo data" }));

    expect(await screen.findByText("Creating demo data: 1 of 3 datasets ready")).toBeVisible();
    expect(screen.getByRole("progressbar", { name: "Demo data" })).toHaveAttribute(
      "aria-valuenow",
      "33",
    );
    expect(await screen.findByText("All there.", {}, { timeout: 3000 })).toBeVisible();
    expect(screen.queryByRole("progressbar")).toBeNull();
  });

  it("says why it cannot be created, and leaves the button", async () => {
    const refused = { status: 409, code: "own_data", title: "Conflict", detail: "It would mix." };
    answerWith(jsonAnswer(refused, 409), aDemo("absent"));
    await renderPage(<DemoData whenReady="All there." />);
    await userEvent.click(await screen.findByRole("button", { name: "Create demo data" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("It would mix.");
    expect(screen.getByRole("button", { name: "Create demo data" })).toBeEnabled();
  });

  it("names what failed", async () => {
    answerWith(jsonAnswer({}), aDemo("failed", "ready", "ready", "failed"));
    await renderPage(<DemoData whenReady="All there." />);
    expect(await screen.findByRole("alert")).toHaveTextContent("Sales failed.");
  });
});
