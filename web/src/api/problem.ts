import type { components } from "@/api/schema";

type Problem = components["schemas"]["Problem"];

/** A failed request, as the server described it (RFC 9457) or as the network left it. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    /** HTTP status; 0 when no answer came at all. */
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId: string | null = null,
    /** Message per form field, from the `errors` of a 422. */
    readonly fields: Readonly<Record<string, string>> = {},
    /** Seconds to wait before trying again, from `Retry-After`. */
    readonly retryAfter: number | null = null,
    /** What else the problem says, such as the `members` of an archive. */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

const FALLBACK_MESSAGES: Record<number, string> = {
  401: "Sign in to go on.",
  403: "You are not allowed to do this.",
  404: "There is nothing at this address, or it belongs to someone else.",
  413: "The file is larger than this server accepts.",
  429: "Too many requests in a short time. Wait a moment and try again.",
  503: "The server could not finish this in time. Try again.",
  507: "The server has no room left for this file.",
};

function isProblem(body: unknown): body is Partial<Problem> {
  return typeof body === "object" && body !== null && ("detail" in body || "title" in body);
}

/** What the server says of a missing value, in the words of a form. */
const MISSING: readonly (readonly [RegExp, string])[] = [
  [/^(String should have at least 1 character|Field required)/, "Fill this in."],
  [/^List should have at least 1 item/, "Give at least one."],
];

function fieldMessages(problem: Partial<Problem>): Record<string, string> {
  return Object.fromEntries(
    (problem.errors ?? []).map(({ field, message }) => {
      const words = MISSING.find(([pattern]) => pattern.test(message))?.[1];
      return [field, words ?? message] as const;
    }),
  );
}

/** The error for an answer with this status and (parsed or unparsed) body. */
export function toApiError(status: number, body: unknown, headers: Headers | null): ApiError {
  const fallback = FALLBACK_MESSAGES[status] ?? "The server could not do this. Try again.";
  const retryAfter = Number(headers?.get("retry-after")) || null;
  const reference = headers?.get("x-request-id") ?? null;
  if (!isProblem(body)) {
    return new ApiError(status, "unknown", fallback, reference, {}, retryAfter);
  }
  return new ApiError(
    status,
    body.code ?? "unknown",
    body.detail ?? body.title ?? fallback,
    body.request_id ?? reference,
    fieldMessages(body),
    retryAfter,
    { ...body },
  );
}

export function networkError(): ApiError {
  return new ApiError(0, "network", "The server did not answer. Check the connection.");
}

export function toMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function isUnauthorized(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}

/** There is nothing of this id, or it cannot be an id at all. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || isBadId(error));
}

function isBadId({ status, fields }: ApiError): boolean {
  return status === 422 && Object.keys(fields).some((field) => field.endsWith("_id"));
}
