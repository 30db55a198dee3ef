import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";

import type { DatasetDetail } from "@/api/types";
import { DatasetMenu } from "@/features/datasets/DatasetMenu";
import { DemoFooter } from "@/features/datasets/DemoNotice";
import { TemplateBadge } from "@/features/datasets/TemplateBadge";
import { TemplateNotice } from "@/features/datasets/TemplateNotice";
import { renderPage } from "@/test/renderPage";
import { jsonAnswer } from "@/test/samples";

const DATASET = {
  id: "dataset-1",
  slug: "shops",
  name: "Shops",
  version: 1,
  template: null,
  suggested_template: {
    template: "sales",
    label: "Sales",
    mapping: [
      { role: "store_name", column: "shop", header: "Shop" },
      { role: "amount", column: "sale_dollars", header: "Sale (Dollars)" },
    ],
  },
} as unknown as DatasetDetail;

const FOLLOWING: DatasetDetail = { ...DATASET, template: "returns", suggested_template: null };

/** A server that answers each "METHOD /path"; returns what it was asked, with the bodies. */
function serve(answers: Record<string, Response>) {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const call = `${request.method} ${new URL(request.url).pathname}`;
    asked.push(`${call} ${await request.text()}`.trim());
    return answers[call]?.clone() ?? jsonAnswer({ items: [] });
  });
  return asked;
}

afterEach(() => {
  vi.unstubAllGlobals();
  window.localStorage.clear();
});

describe("a dataset that looks like sales", () => {
  it("shows which header would play which role, and becomes the sales at a click", async () => {
    const asked = serve({});
    await renderPage(<TemplateNotice dataset={DATASET} />);
    expect(screen.getByRole("heading", { name: "This looks like sales" })).toBeVisible();
    expect(screen.getByRole("row", { name: "Sale (Dollars) amount" })).toBeVisible();
    expect(screen.getByRole("row", { name: "Shop store name" })).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Use as sales" }));
    await waitFor(() => {
      expect(asked).toContain('POST /api/datasets/shops/template {"template":"sales"}');
    });
  });

  it("says why it cannot become the sales", async () => {
    const taken = { status: 409, code: "template_taken", title: "Conflict", detail: "Old has it." };
    serve({ "POST /api/datasets/shops/template": jsonAnswer(taken, 409) });
    await renderPage(<TemplateNotice dataset={DATASET} />);
    await userEvent.click(screen.getByRole("button", { name: "Use as sales" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("Old has it.");
  });

  it("does not say so again once that was dismissed, but another dataset does", async () => {
    const first = await renderPage(<TemplateNotice dataset={DATASET} />);
    await userEvent.click(screen.getByRole("button", { name: "Dismiss" }));
    expect(screen.queryByRole("heading")).toBeNull();
    first.unmount();
    const second = await renderPage(<TemplateNotice dataset={DATASET} />);
    expect(screen.queryByRole("heading")).toBeNull();
    second.unmount();
    await renderPage(<TemplateNotice dataset={{ ...DATASET, id: "dataset-2" }} />);
    expect(screen.getByRole("heading", { name: "This looks like sales" })).toBeVisible();
  });
});

describe("a dataset that follows a template", () => {
  const templates = { items: [{ name: "returns", label: "RMA list" }] };

  it("has its name on a badge and no suggestion", async () => {
    serve({ "GET /api/templates": jsonAnswer(templates) });
    await renderPage(
      <>
        <TemplateBadge dataset={FOLLOWING} />
        <TemplateNotice dataset={FOLLOWING} />
      </>,
    );
    expect(await screen.findByText("RMA list")).toBeVisible();
    expect(screen.queryByRole("heading")).toBeNull();
  });

  it("can stop following it, which one that follows none does not offer", async () => {
    const asked = serve({ "GET /api/templates": jsonAnswer(templates) });
    const menu = { onRename: vi.fn(), onDelete: vi.fn() };
    const view = await renderPage(<DatasetMenu dataset={DATASET} {...menu} />);
    await userEvent.click(screen.getByRole("button", { name: "More actions" }));
    expect(screen.queryByRole("menuitem", { name: /Stop using/ })).toBeNull();
    view.unmount();

    await renderPage(<DatasetMenu dataset={FOLLOWING} {...menu} />);
    await userEvent.click(screen.getByRole("button", { name: "More actions" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Stop using as RMA list" }));
    await waitFor(() => {
      expect(asked).toContain("DELETE /api/datasets/shops/template");
    });
  });
});

describe("below the list of datasets", () => {
  it("the demo can be removed, after a question that names its datasets", async () => {
    const one = { id: "1", slug: "sales", name: "Sales", status: "ready", row_count: 1 };
    const datasets = [one, { ...one, id: "2", slug: "stock", name: "Stock" }];
    const asked = serve({
      "GET /api/demo": jsonAnswer({ status: "ready", datasets }),
      "DELETE /api/demo": new Response(null, { status: 204 }),
    });
    await renderPage(<DemoFooter />);
    await userEvent.click(await screen.findByRole("button", { name: "Remove demo data" }));
    expect(screen.getByRole("dialog")).toHaveTextContent("This deletes Sales and Stock");
    expect(asked).not.toContain("DELETE /api/demo");
    await userEvent.click(screen.getByRole("button", { name: "Remove" }));
    await waitFor(() => {
      expect(asked).toContain("DELETE /api/demo");
    });
  });

  it("nothing stands where there is no demo", async () => {
    const asked = serve({ "GET /api/demo": jsonAnswer({ status: "absent", datasets: [] }) });
    await renderPage(<DemoFooter />);
    await waitFor(() => {
      expect(asked).toContain("GET /api/demo");
    });
    expect(screen.queryByRole("button")).toBeNull();
  });
});
