import { expect, it, vi } from "vitest";

import { api, unwrap } from "@/api/client";
import { ApiError, toApiError } from "@/api/problem";
import { jsonAnswer } from "@/test/samples";

it("takes detail, code, reference and field messages from a problem", () => {
  const error = toApiError(
    422,
    {
      type: "about:blank",
      title: "Unprocessable",
      status: 422,
      detail: "Some fields are wrong.",
      code: "invalid",
      request_id: "r-1",
      errors: [{ field: "email", message: "No e-mail address." }],
    },
    null,
  );
  expect(error).toMatchObject({
    status: 422,
    code: "invalid",
    message: "Some fields are wrong.",
    requestId: "r-1",
    fields: { email: "No e-mail address." },
  });
});

it("asks for what is missing in the words of a form", () => {
  const errors = [
    { field: "name", message: "String should have at least 1 character" },
    { field: "changes", message: "List should have at least 1 item after validation, not 0" },
  ];
  const error = toApiError(422, { detail: "Some fields are wrong.", errors }, null);
  expect(error.fields).toEqual({ name: "Fill this in.", changes: "Give at least one." });
});

it("has a sentence of its own for an answer that is no problem document", () => {
  expect(toApiError(413, "<html>", null).message).toMatch(/larger than this server accepts/);
  expect(toApiError(500, null, null).message).toMatch(/Try again/);
});

it("knows how long to wait from Retry-After", () => {
  expect(toApiError(429, null, new Headers({ "retry-after": "7" })).retryAfter).toBe(7);
});

it("makes an ApiError of a failed request, and one of a silent server", async () => {
  vi.stubGlobal("fetch", () =>
    Promise.resolve(jsonAnswer({ detail: "Sign in to go on.", code: "not_authenticated" }, 401)),
  );
  await expect(unwrap(api.GET("/api/me"))).rejects.toMatchObject({ status: 401 });
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  const failure = await unwrap(api.GET("/api/me")).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ApiError);
  expect(failure).toMatchObject({ status: 0, code: "network" });
});
