import { fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { keys } from "@/api/queries";
import type { User } from "@/api/types";
import { ConnectionTest } from "@/features/feeds/ConnectionTest";
import { emptyDraft, newRule, type FeedDraft } from "@/features/feeds/feedDraft";
import { FeedItem } from "@/features/feeds/FeedItem";
import { FeedProgressLine } from "@/features/feeds/FeedProgressLine";
import { liveFeeds, noteFeedEvent } from "@/features/feeds/liveFeeds";
import { moved, RuleList } from "@/features/feeds/RuleList";
import { aFeed, aRun } from "@/features/feeds/samples";
import { describeRun, fileCountWords, sourceWords, stateOf } from "@/features/feeds/words";
import { renderPage } from "@/test/renderPage";
import { anEvent, jsonAnswer } from "@/test/samples";

const userOf = (role: string) => ({ workspace: { role } }) as User;

beforeEach(() => {
  liveFeeds.set(() => new Map());
  vi.stubGlobal("fetch", () => Promise.resolve(jsonAnswer({ items: [], next_cursor: null })));
});

describe("a feed in words", () => {
  it("says where files come from without what everybody has", () => {
    expect(sourceWords(aFeed().source)).toBe("shop@sftp.example.com");
    const urls = ["https://a.example/1.csv", "https://a.example/2.csv"];
    const web = { kind: "https" as const, urls, login: "none" as const };
    expect(sourceWords(web)).toBe("2 addresses");
  });

  it("is running before it is anything else, and not yet good before its first run", () => {
    expect(stateOf(aFeed({ running: true, health: "failing" }))).toBe("running");
    expect(stateOf(aFeed({ last_run: null }))).toBe("waiting");
    expect(stateOf(aFeed({ health: "failing" }))).toBe("failing");
  });

  it("accounts for every file of a run", () => {
    expect(describeRun(aRun())).toBe("Nothing new among 12 files");
    const busy = { files_fetched: 1, bytes_fetched: 2_000, files_failed: 2, files_waiting: 3 };
    expect(describeRun(aRun(busy))).toBe(
      "1 file fetched, 2.00 KB · 2 unreadable · 3 left for later",
    );
    expect(fileCountWords({ failed: 1, imported: 2 })).toBe("2 imported, 1 failed");
  });
});

describe("a run under way", () => {
  it("follows its events, and not those of a run before", async () => {
    const feed = aFeed({
      running: true,
      last_run: aRun({ status: "running", progress: { phase: "connecting" } }),
    });
    await renderPage(<FeedProgressLine feed={feed} hasPath />);
    expect(screen.getByText("Connecting")).toBeVisible();
    const progress = { phase: "fetching", files_done: 1, files_total: 4, path: "sales.csv" };
    const about = { subject_id: "feed-1", payload: { run_id: "run-0", progress } };
    noteFeedEvent(anEvent("feed.progress", about));
    expect(screen.getByText("Connecting")).toBeVisible();
    noteFeedEvent(
      anEvent("feed.progress", { ...about, payload: { ...about.payload, run_id: "run-1" } }),
    );
    expect(await screen.findByText(/1 of 4 files/)).toBeVisible();
    expect(screen.getByText("sales.csv")).toBeVisible();
    expect(screen.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "25");
  });
});

describe("the list", () => {
  it("offers viewers nothing that would be refused", async () => {
    const { queryClient } = await renderPage(<FeedItem feed={aFeed()} />);
    queryClient.setQueryData(keys.me, userOf("viewer"));
    expect(await screen.findByText("Nothing new among 12 files", { exact: false })).toBeVisible();
    expect(screen.queryByRole("button")).not.toBeInTheDocument();
    queryClient.setQueryData(keys.me, userOf("editor"));
    expect(await screen.findByRole("button", { name: "Pause Deliveries" })).toBeVisible();
  });
});

describe("the rules", () => {
  function Form() {
    const [draft, setDraft] = useState<FeedDraft>({
      ...emptyDraft("sftp"),
      rules: [newRule({ pattern: "first" }), newRule({ pattern: "second" })],
    });
    const change = (part: Partial<FeedDraft>) => setDraft((now) => ({ ...now, ...part }));
    return <RuleList draft={draft} feed={null} errors={{}} sent={[]} onChange={change} />;
  }

  const patterns = () =>
    screen.getAllByLabelText<HTMLInputElement>("Files").map(({ value }) => value);

  it("can be put into another order", async () => {
    await renderPage(<Form />);
    fireEvent.click(screen.getByLabelText("Move rule 2 up"));
    expect(patterns()).toEqual(["second", "first"]);
    expect(screen.getByLabelText("Move rule 1 up")).toBeDisabled();
  });

  it("can be removed, the right one", async () => {
    await renderPage(<Form />);
    fireEvent.click(screen.getByLabelText("Remove rule 1"));
    expect(patterns()).toEqual(["second"]);
  });

  it("keep their number however they are moved", () => {
    expect(moved(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
    expect(moved(["a", "b", "c"], 2, 1)).toEqual(["a", "c", "b"]);
  });
});

describe("the test of a connection", () => {
  const shared = { error: null, isPending: false, isCurrent: true, unmarked: [], onTest: vi.fn() };

  it("offers to trust a changed key only with the key that was shown", async () => {
    const onTrust = vi.fn();
    const error = {
      code: "host_key_changed",
      message: "The server shows another host key than before: SHA256:other.",
      shown_host_key: "ssh-ed25519 BBBB",
      shown_fingerprint: "SHA256:other",
    };
    const answer = { ok: false, error, files: [], more: false, seconds: 0.1 };
    await renderPage(<ConnectionTest {...shared} answer={answer} onTrust={onTrust} />);
    expect(screen.getByText(/SHA256:other/)).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Trust the new key" }));
    expect(onTrust).toHaveBeenCalledWith("ssh-ed25519 BBBB");
  });

  it("says that an answer is about other settings than those that are typed now", async () => {
    const answer = { ok: true, files: [], more: false, seconds: 0.1 };
    await renderPage(
      <ConnectionTest {...shared} isCurrent={false} answer={answer} onTrust={vi.fn()} />,
    );
    expect(screen.getByText(/settings have changed since/)).toBeVisible();
  });
});
