import { describe, expect, it } from "vitest";

import {
  changeOf,
  connectionOf,
  draftOf,
  emptyDraft,
  errorsOf,
  inputOf,
  keptSecrets,
  newRule,
  otherErrors,
  ruleErrors,
  withKind,
} from "@/features/feeds/feedDraft";
import { aFeed } from "@/features/feeds/samples";

describe("a feed that is edited", () => {
  it("sends nothing of a secret that was not touched, so that it stays", () => {
    const feed = aFeed();
    expect(changeOf(draftOf(feed), feed).secrets).toEqual({});
    const replaced = { ...draftOf(feed), secrets: { password: "new" } };
    expect(changeOf(replaced, feed).secrets).toEqual({ password: "new" });
    const removed = { ...draftOf(feed), secrets: { password: null } };
    expect(changeOf(removed, feed).secrets).toEqual({ password: null });
  });

  it("does not take its password along to another server", () => {
    const feed = aFeed();
    const draft = draftOf(feed);
    if (draft.source.kind !== "sftp") throw new Error("It is one of SFTP.");
    const moved = { ...draft, source: { ...draft.source, host: "elsewhere.example.com" } };
    expect(keptSecrets(draft, feed)).toEqual({ password: true, private_key: false });
    expect(keptSecrets(moved, feed)).toEqual({});
    expect(connectionOf(moved, feed).secrets).toEqual({ password: null });
  });

  it("names the host key only where it is another one", () => {
    const feed = aFeed();
    expect(changeOf(draftOf(feed), feed)).not.toHaveProperty("host_key");
    const forgotten = { ...draftOf(feed), hostKey: "" };
    expect(changeOf(forgotten, feed).host_key).toBeNull();
  });

  it("keeps the options that the form does not show", () => {
    const rules = [
      {
        pattern: "*.csv",
        syntax: "glob" as const,
        dataset: "sales",
        key: [],
        options: { nulls: [], types: { zip: "text" } },
      },
    ];
    const feed = aFeed({ rules });
    expect(changeOf(draftOf(feed), feed).rules?.[0]?.options?.types).toEqual({ zip: "text" });
  });
});

describe("a new feed", () => {
  it("has no rule of a row that was left empty", () => {
    const draft = emptyDraft("sftp");
    expect(inputOf(draft).rules).toEqual([]);
    const rules = [newRule(), newRule({ pattern: "*.csv", template: "sales" })];
    expect(inputOf({ ...draft, rules }).rules).toHaveLength(1);
  });

  it("leaves the files of the web where they are, whatever was chosen before", () => {
    const draft = { ...emptyDraft("sftp"), after: { action: "delete" as const } };
    expect(inputOf(withKind(draft, "https")).after).toEqual({ action: "keep" });
  });

  it("sends only addresses that were typed", () => {
    const draft = emptyDraft("https");
    if (draft.source.kind !== "https") throw new Error("It is one of the web.");
    const source = { ...draft.source, urls: [" https://a.example/x.csv ", ""] };
    expect(inputOf({ ...draft, source }).source).toMatchObject({
      urls: ["https://a.example/x.csv"],
    });
  });
});

describe("the messages of the API", () => {
  it("stand at their fields, whatever kind of source they are about", () => {
    expect(errorsOf({ "source.sftp.host": "No host." })).toEqual({ "source.host": "No host." });
  });

  it("stay with their rule when it is moved", () => {
    const errors = { "rules.1.dataset": "Say where the files go." };
    expect(ruleErrors(errors, [7, 9]).get(9)).toEqual({ dataset: "Say where the files go." });
  });

  it("are told where no field shows them", () => {
    const errors = { name: "Fill this in.", "rules.0.options.format": "Not a format." };
    expect(otherErrors(errors)).toEqual(["rules.0.options.format: Not a format."]);
  });
});
