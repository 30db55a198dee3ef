import { toApiError, type ApiError } from "@/api/problem";

const NAME = "rowmill-problem";

function read(page: Document): ApiError | null {
  const meta = page.querySelector<HTMLMetaElement>(`meta[name="${NAME}"]`);
  if (!meta) return null;
  try {
    const problem: unknown = JSON.parse(meta.content);
    const hasStatus = typeof problem === "object" && problem !== null && "status" in problem;
    return toApiError(hasStatus ? Number(problem.status) || 500 : 500, problem, null);
  } catch {
    return toApiError(500, null, null);
  }
}

/**
 * What the server wrote into a page where it could not answer as asked. It holds for the address
 * that was loaded, until one goes on to another.
 */
export class ServerProblem {
  private readonly error: ApiError | null;
  private hasLeft = false;

  constructor(
    page: Document,
    private readonly pathname: string,
  ) {
    this.error = read(page);
  }

  /** The problem at this address; null where there is none. */
  at(pathname: string): ApiError | null {
    if (pathname !== this.pathname) this.hasLeft = true;
    return this.hasLeft ? null : this.error;
  }
}
