import { screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";

import { ApiError } from "@/api/problem";
import { Trial } from "@/components/Trial";
import { renderPage } from "@/test/renderPage";

const shared = {
  action: "Preview",
  icon: null,
  isPending: false,
  error: null,
  failure: "There is no preview",
  isCurrent: true,
  unmarked: [],
  onTry: vi.fn(),
};

const refused = (fields: Record<string, string>) =>
  new ApiError(422, "invalid", "url: No address.", null, fields);

describe("what came of trying a form", () => {
  it("leads to the fields that are marked, and says what stands at none", async () => {
    const error = refused({ url: "No address.", slug: "Taken." });
    await renderPage(
      <Trial {...shared} error={error} unmarked={["Taken."]}>
        {null}
      </Trial>,
    );
    expect(screen.getByRole("alert")).toHaveTextContent("Mend what is marked, then try again.");
    expect(screen.getByRole("alert")).toHaveTextContent("Taken.");
  });

  it("does not send anybody to fields that are not marked", async () => {
    const error = refused({ slug: "Taken." });
    await renderPage(
      <Trial {...shared} error={error} unmarked={["Taken."]}>
        {null}
      </Trial>,
    );
    expect(screen.getByRole("alert")).not.toHaveTextContent("Mend what is marked");
  });

  it("hides an answer that an attempt after it has overtaken", async () => {
    const error = new ApiError(503, "query_timed_out", "It took too long.");
    await renderPage(
      <Trial {...shared} error={error}>
        <p>3 rows</p>
      </Trial>,
    );
    expect(screen.getByRole("alert")).toHaveTextContent("It took too long.");
    expect(screen.queryByText("3 rows")).not.toBeInTheDocument();
  });
});
