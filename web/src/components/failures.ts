import { ApiError, toMessage } from "@/api/problem";

/** What kind of trouble a failure is, as far as a person has to do something else about it. */
export type FailureKind =
  | "offline"
  | "signedOut"
  | "forbidden"
  | "missing"
  | "tooLarge"
  | "tooMany"
  | "busy"
  | "full"
  | "broken"
  | "refused";

export interface FailureWords {
  kind: FailureKind;
  title: string;
  happened: string;
  /** What the person can do, or that nothing is needed. */
  advice: string | null;
  /** Finds the request in the server's log. */
  reference: string | null;
  /** Seconds after which it is tried again by itself; null where that would not help. */
  retryIn: number | null;
}

const KINDS: Record<number, FailureKind> = {
  0: "offline",
  401: "signedOut",
  403: "forbidden",
  404: "missing",
  413: "tooLarge",
  429: "tooMany",
  502: "busy",
  503: "busy",
  504: "busy",
  507: "full",
};

const TITLES: Record<FailureKind, string> = {
  offline: "No answer from the server",
  signedOut: "Sign in to see this",
  forbidden: "This is not open to you",
  missing: "Not found",
  tooLarge: "Too large",
  tooMany: "Too many requests",
  busy: "The server is busy",
  full: "The server is full",
  broken: "Something broke on the server",
  refused: "This could not be loaded",
};

const ADVICE: Partial<Record<FailureKind, string>> = {
  offline: "The page comes back by itself as soon as the server answers.",
  forbidden: "Ask an administrator if you need it.",
  missing: "It may have been renamed or deleted.",
  tooLarge: "Send less at once: split the file, or compress it with gzip or zstd.",
  tooMany: "Nothing was lost. The page goes on by itself.",
  busy: "Nothing was lost. The page goes on by itself.",
  full: "Delete what is no longer needed, or tell the administrator.",
  broken: "Try again. If it stays, give the reference below to the administrator.",
};

/** Seconds between attempts where the server names none. */
const RETRY: Partial<Record<FailureKind, number>> = { offline: 5, tooMany: 30, busy: 10 };

function kindOf(status: number): FailureKind {
  return KINDS[status] ?? (status >= 500 ? "broken" : "refused");
}

/** A failure in words: what it is called, what happened, what to do. */
export function describeFailure(error: unknown): FailureWords {
  const happened = toMessage(error);
  if (!(error instanceof ApiError)) {
    return {
      kind: "refused",
      title: "Something went wrong",
      happened,
      advice: null,
      reference: null,
      retryIn: null,
    };
  }
  const kind = kindOf(error.status);
  return {
    kind,
    title: TITLES[kind],
    happened,
    advice: ADVICE[kind] ?? null,
    reference: error.requestId,
    retryIn: kind in RETRY ? (error.retryAfter ?? RETRY[kind] ?? null) : null,
  };
}
