import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { openEventStream, type StreamState } from "@/api/events";
import type { LogEvent } from "@/api/types";
import { anEvent } from "@/test/samples";

type Listener = (message: MessageEvent<string>) => void;

class FakeSource {
  static readonly CLOSED = 2;
  static all: FakeSource[] = [];
  readyState = 0;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  private readonly listeners = new Map<string, Listener>();

  constructor(readonly url: string) {
    FakeSource.all.push(this);
  }

  addEventListener(kind: string, listener: Listener) {
    this.listeners.set(kind, listener);
  }

  close() {
    this.readyState = FakeSource.CLOSED;
  }

  send(kind: string, data: string) {
    this.listeners.get(kind)?.(new MessageEvent(kind, { data }));
  }

  fail(isClosed: boolean) {
    if (isClosed) this.readyState = FakeSource.CLOSED;
    this.onerror?.();
  }
}

function open() {
  const events: LogEvent[] = [];
  const states: StreamState[] = [];
  const close = openEventStream({
    onEvent: (event) => events.push(event),
    onState: (state) => states.push(state),
  });
  const newest = () => {
    const source = FakeSource.all.at(-1);
    if (!source) throw new Error("no stream was opened");
    return source;
  };
  return { events, states, close, newest };
}

beforeEach(() => {
  FakeSource.all = [];
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", FakeSource);
});

afterEach(() => {
  vi.useRealTimers();
});

describe("the event stream", () => {
  it("hands on events of every kind, stored and passing", () => {
    const { events, newest } = open();
    newest().send("dataset.changed", JSON.stringify(anEvent("dataset.changed")));
    newest().send("import.progress", JSON.stringify(anEvent("import.progress")));
    expect(events.map(({ kind }) => kind)).toEqual(["dataset.changed", "import.progress"]);
  });

  it("does not fall over a line that is no event", () => {
    const { events, newest } = open();
    newest().send("dataset.changed", "{half");
    expect(events).toEqual([]);
  });

  it("leaves reconnecting to the browser while the browser does it", () => {
    const { states, newest } = open();
    newest().onopen?.();
    newest().fail(false);
    vi.advanceTimersByTime(60_000);
    expect(FakeSource.all).toHaveLength(1);
    expect(states).toEqual(["connecting", "open", "lost"]);
  });

  it("opens a new stream after a refusal, more slowly each time", () => {
    const { states, newest } = open();
    newest().fail(true);
    vi.advanceTimersByTime(1000);
    expect(FakeSource.all).toHaveLength(2);
    newest().fail(true);
    vi.advanceTimersByTime(1000);
    expect(FakeSource.all).toHaveLength(2);
    vi.advanceTimersByTime(1000);
    expect(FakeSource.all).toHaveLength(3);
    newest().onopen?.();
    expect(states.at(-1)).toBe("open");
  });

  it("stops for good when it is closed", () => {
    const { close, newest } = open();
    newest().fail(true);
    close();
    vi.advanceTimersByTime(60_000);
    expect(FakeSource.all).toHaveLength(1);
    expect(newest().readyState).toBe(FakeSource.CLOSED);
  });
});
