import createClient from "openapi-fetch";

import { networkError, toApiError } from "@/api/problem";
import type { paths } from "@/api/schema";

export const api = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: "same-origin",
  fetch: (request) => globalThis.fetch(request),
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/**
 * The body of a successful answer.
 * @throws ApiError for every other status, and when no answer came.
 */
export async function unwrap<T>(request: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await request.catch((reason: unknown) => {
    if (reason instanceof DOMException && reason.name === "AbortError") throw reason;
    throw networkError();
  });
  if (!response.ok) throw toApiError(response.status, error, response.headers);
  return data as T;
}

/** The body with the ETag that it was read with; null where the server sent none. */
export async function unwrapTagged<T>(request: Promise<Answer<T>>) {
  const value = await unwrap(request);
  const { response } = await request;
  return { value, etag: response.headers.get("etag") };
}
