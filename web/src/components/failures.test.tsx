import { act, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";

import { ApiError, networkError, toApiError } from "@/api/problem";
import { describeFailure } from "@/components/failures";
import { LoadError } from "@/components/LoadError";
import { renderPage } from "@/test/renderPage";

afterEach(() => {
  vi.useRealTimers();
});

describe("describeFailure", () => {
  it.each([
    [0, "offline", 5],
    [401, "signedOut", null],
    [403, "forbidden", null],
    [404, "missing", null],
    [413, "tooLarge", null],
    [422, "refused", null],
    [429, "tooMany", 30],
    [500, "broken", null],
    [503, "busy", 10],
    [507, "full", null],
  ] as const)("knows what to do about %d", (status, kind, retryIn) => {
    const words = describeFailure(new ApiError(status, "code", "It happened."));
    expect(words).toMatchObject({ kind, retryIn, happened: "It happened." });
  });

  it("takes the reference from the header where the answer is no problem of ours", () => {
    const headers = new Headers({ "X-Request-ID": "ref-12345", "Retry-After": "7" });
    const error = toApiError(503, "<html>proxy</html>", headers);
    expect(describeFailure(error)).toMatchObject({ reference: "ref-12345", retryIn: 7 });
  });
});

describe("the state of a page that failed", () => {
  it("counts down to the next attempt and makes it by itself", async () => {
    const onRetry = vi.fn();
    const error = new ApiError(429, "rate_limited", "Slow down.", "ref-1", {}, 3);
    vi.useFakeTimers({ shouldAdvanceTime: true });
    await renderPage(<LoadError level={1} error={error} onRetry={onRetry} />);
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Too many requests");
    expect(screen.getByRole("timer")).toHaveTextContent("in 3 seconds");
    await act(() => vi.advanceTimersByTimeAsync(1100));
    expect(screen.getByRole("timer")).toHaveTextContent("in 2 seconds");
    expect(onRetry).not.toHaveBeenCalled();
    await act(() => vi.advanceTimersByTimeAsync(2500));
    expect(onRetry).toHaveBeenCalledOnce();
  });

  it("tries again at once when the connection is back", async () => {
    const onRetry = vi.fn();
    await renderPage(<LoadError error={networkError()} onRetry={onRetry} />);
    act(() => {
      window.dispatchEvent(new Event("online"));
    });
    expect(onRetry).toHaveBeenCalledOnce();
  });

  it("leads to the sign-in page, not to another attempt", async () => {
    const error = new ApiError(401, "unauthenticated", "Sign in first.", "ref-2");
    await renderPage(<LoadError level={1} error={error} onRetry={vi.fn()} />);
    expect(screen.getByRole("link", { name: "Sign in" })).toHaveAttribute(
      "href",
      expect.stringContaining("/login?return="),
    );
    expect(screen.queryByRole("button", { name: /Try again/ })).not.toBeInTheDocument();
    expect(screen.getByText("ref-2")).toBeVisible();
    expect(screen.getByRole("button", { name: "Copy reference" })).toBeVisible();
  });
});
