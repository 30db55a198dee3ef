import type { HttpTarget, Secrets } from "@/features/syncs/syncDraft";

/** Begins the name of a secret that is sent as a header. */
export const SECRET_HEADER = "header:";

/** A header as it is typed. */
export interface HeaderDraft {
  id: number;
  name: string;
  value: string;
  isSecret: boolean;
}

/** Headers to begin with: the plain ones, and secret ones that are typed and not saved yet. */
export function headersOf(
  { headers }: HttpTarget,
  secrets: Secrets,
  saved: Readonly<Record<string, boolean>>,
): HeaderDraft[] {
  const typed = Object.entries(secrets).filter(
    (pair): pair is [string, string] =>
      pair[0].startsWith(SECRET_HEADER) && typeof pair[1] === "string" && !(pair[0] in saved),
  );
  return [
    ...Object.entries(headers).map(([name, value]) => ({ name, value, isSecret: false })),
    ...typed.map(([name, value]) => ({
      name: name.slice(SECRET_HEADER.length),
      value,
      isSecret: true,
    })),
  ].map((header, id) => ({ ...header, id }));
}

/** As the server takes them: plain headers by their names, secret ones by those of secrets. */
export function splitHeaders(headers: readonly HeaderDraft[]) {
  const named = headers.filter(({ name }) => name.trim() !== "");
  const pairs = (isSecret: boolean) =>
    named
      .filter((header) => header.isSecret === isSecret)
      .map(({ name, value }) => [(isSecret ? SECRET_HEADER : "") + name.trim(), value]);
  return {
    plain: Object.fromEntries(pairs(false)) as Record<string, string>,
    secret: Object.fromEntries(pairs(true)) as Record<string, string>,
  };
}
