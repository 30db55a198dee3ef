import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { SyncReject } from "@/api/types";
import { RejectItem } from "@/features/syncs/RejectItem";
import { aSync, httpSync } from "@/features/syncs/samples";
import {
  changeOf,
  draftOf,
  emptyDraft,
  inputOf,
  keptSecrets,
  productsDraft,
  readConstant,
  trialOf,
  type HttpTarget,
} from "@/features/syncs/syncDraft";
import { destinationErrors, otherErrors } from "@/features/syncs/syncErrors";
import { healthOf, identityWords, targetWords, waitingWords } from "@/features/syncs/words";
import { renderPage } from "@/test/renderPage";
import { jsonAnswer } from "@/test/samples";

const SYNC = aSync();

const TARGET = emptyDraft(null).target as HttpTarget;

const REJECT: SyncReject = {
  id: "reject-1",
  change: "insert",
  identity: '["7"]',
  record: { id: 7, price: -1 },
  version: 5,
  status: "open",
  answer: { message: "It was refused.", status: 400, body: '{"detail": "bad"}' },
  created_at: "2026-03-01T10:00:00Z",
  resolved_at: null,
};

const ME = { email: "ada@example.com", workspace: { role: "editor" } };

describe("what a form sends", () => {
  it("keeps secrets that nobody touched and removes those that were taken out", () => {
    const before = draftOf(SYNC);
    expect(changeOf(before, SYNC)).toEqual({ secrets: {} });
    const opened = { ...before, secrets: { password: "", token: null } };
    expect(changeOf(opened, SYNC)).toEqual({ secrets: { token: null } });
  });

  it("names only what was changed, so that nothing is planned anew without need", () => {
    const before = draftOf(SYNC);
    const change = changeOf({ ...before, name: "Other ", batchSize: 50 }, SYNC);
    expect(change).toEqual({ name: "Other", batch_size: 50, secrets: {} });
  });

  it("leaves secrets behind where the destination is another one, but for a slash", () => {
    const there = httpSync("https://a.example", { password: true, "header:X-Key": true });
    const at = (url: string) => ({ ...draftOf(there), target: { ...TARGET, url } });
    expect(changeOf(at("https://a.example/"), there).secrets).toEqual({});
    const moved = { ...at("https://b.example"), secrets: { password: "new" } };
    expect(changeOf(moved, there).secrets).toEqual({ password: "new", "header:X-Key": null });
    expect(keptSecrets(moved, there)).toEqual({});
  });

  it("can be tried as it is, with what the sync that it changes has delivered", () => {
    expect(trialOf(draftOf(SYNC), SYNC)).toMatchObject({ sync: "sync-1", dataset: "items" });
    expect(trialOf(productsDraft(), null)).toMatchObject({ sync: null, template: "products" });
  });

  it("sends products to /products after signing in at /auth", () => {
    const input = inputOf(productsDraft());
    expect(input).toMatchObject({ template: "products", schedule: { interval_seconds: 600 } });
    expect(input.destination).toMatchObject({
      path: "/products",
      envelope: "products",
      auth: { kind: "login", path: "/auth" },
    });
    expect(input.dataset).toBeUndefined();
  });

  it("shows a constant so that it is read again as what it was", () => {
    const values = ["shop", "1", 1, true, null, "true"];
    const fields = values.map((value, index) => ({ name: `f${index}`, value }));
    const draft = draftOf({ ...SYNC, fields });
    expect(draft.fields?.map(({ value }) => readConstant(value))).toEqual(values);
  });
});

it("finds the field of a message, and leaves none unsaid", () => {
  const errors = { "destination.http.url": "No address.", schedule: "Odd.", slug: "Taken." };
  expect(destinationErrors(errors)).toEqual({ url: "No address." });
  expect(otherErrors(errors)).toEqual(["Taken."]);
});

it("says how a sync is in a word and what waits", () => {
  expect([healthOf(SYNC), waitingWords(SYNC)]).toEqual(["ok", "Up to date"]);
  expect(waitingWords({ ...SYNC, dataset_version: 6 })).toBe("Changes wait");
  expect(waitingWords({ ...SYNC, pending: 3 })).toBe("3 records on the way");
  expect(healthOf({ ...SYNC, running: true, state: "failing" })).toBe("running");
  expect(identityWords('["7","A"]')).toBe("Key 7, A");
  expect(targetWords({ ...productsDraft().target, url: "https://a.example" } as never)).toBe(
    "POST a.example/products",
  );
});

describe("a refused record", () => {
  const sent: Request[] = [];

  beforeEach(() => {
    sent.length = 0;
    vi.stubGlobal("fetch", (request: Request) => {
      if (request.method === "POST") sent.push(request.clone());
      return Promise.resolve(jsonAnswer(request.url.endsWith("/me") ? ME : REJECT));
    });
  });

  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("is not sent as long as it is no record, and then as it was mended", async () => {
    await renderPage(<RejectItem syncId="items" reject={REJECT} />);
    const field = await screen.findByLabelText("Record");
    await userEvent.clear(field);
    await userEvent.paste("[1]");
    await userEvent.click(screen.getByRole("button", { name: "Resend" }));
    expect(screen.getByText(/A record is an object/)).toBeInTheDocument();
    expect(sent).toEqual([]);

    await userEvent.clear(field);
    await userEvent.paste('{"id": 7, "price": 1}');
    await userEvent.click(screen.getByRole("button", { name: "Resend" }));
    expect(sent).toHaveLength(1);
    expect(await sent[0]?.json()).toEqual({ record: { id: 7, price: 1 } });
  });
});
