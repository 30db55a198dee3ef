import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { describe, expect, it } from "vitest";

import type { Sync } from "@/api/types";
import { DestinationFields } from "@/features/syncs/DestinationFields";
import { httpSync } from "@/features/syncs/samples";
import { draftOf, trialOf, type SyncDraft } from "@/features/syncs/syncDraft";
import { renderPage } from "@/test/renderPage";

describe("the headers of an HTTP destination", () => {
  function Form({ sync }: { sync: Sync }) {
    const [draft, setDraft] = useState<SyncDraft>(() => draftOf(sync));
    return (
      <>
        <DestinationFields
          draft={draft}
          secretsSet={sync.secrets}
          hasLostSecrets={false}
          isKindFixed
          errors={{}}
          onChange={(part) => setDraft((now) => ({ ...now, ...part }))}
        />
        <output>{JSON.stringify(trialOf(draft, sync).secrets)}</output>
      </>
    );
  }

  it("can be secret: entered, renamed, and taken away again", async () => {
    await renderPage(<Form sync={httpSync("https://a.example", {})} />);
    await userEvent.click(screen.getByRole("button", { name: "Add secret header" }));
    await userEvent.type(screen.getByLabelText("Name of the header"), "X-Key");
    await userEvent.type(
      screen.getByLabelText("Value of the header", { selector: "input" }),
      "abc",
    );
    expect(screen.getByRole("status")).toHaveTextContent('{"header:X-Key":"abc"}');
    await userEvent.type(screen.getByLabelText("Name of the header"), "s");
    expect(screen.getByRole("status")).toHaveTextContent('{"header:X-Keys":"abc"}');
    await userEvent.click(screen.getByRole("button", { name: "Remove secret header 1" }));
    expect(screen.getByRole("status")).toHaveTextContent("{}");
  });

  it("that are saved as secrets are not shown, but can be removed", async () => {
    await renderPage(<Form sync={httpSync("https://a.example", { "header:X-Key": true })} />);
    expect(screen.getByText("X-Key")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Remove X-Key" }));
    expect(screen.getByRole("status")).toHaveTextContent('{"header:X-Key":null}');
  });
});
