/** How long a key is to be good, as offered. */
export const LIVES = [
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "1 year" },
  { value: "never", label: "Until it is revoked" },
] as const;

export type Life = (typeof LIVES)[number]["value"];

export function toLife(text: string | null): Life {
  return LIVES.find(({ value }) => value === text)?.value ?? "90";
}

const DAY_MS = 86_400_000;

/** The moment at which a key of that life ends, in the API's form; null for one that does not. */
export function expiryOf(life: Life, now = Date.now()): string | null {
  if (life === "never") return null;
  return new Date(now + Number(life) * DAY_MS).toISOString();
}
