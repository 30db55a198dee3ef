import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { isMissingCode, retrying } from "@/lib/retrying";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it("gets a part of the app that could not be had at first", async () => {
  const load = vi.fn<() => Promise<string>>();
  load.mockRejectedValueOnce(new Error("down")).mockResolvedValueOnce("chart");
  const loaded = retrying(load);
  await vi.runAllTimersAsync();
  await expect(loaded).resolves.toBe("chart");
  expect(load).toHaveBeenCalledTimes(2);
});

it("gives up in the end, with the reason", async () => {
  const failed = retrying(() => Promise.reject(new Error("still down")), 3).catch(
    (error: unknown) => error,
  );
  await vi.runAllTimersAsync();
  await expect(failed).resolves.toEqual(new Error("still down"));
});

it("knows missing code from other errors", () => {
  expect(isMissingCode(new TypeError("Failed to fetch dynamically imported module: /x.js"))).toBe(
    true,
  );
  expect(isMissingCode(new Error("x is not a function"))).toBe(false);
});
