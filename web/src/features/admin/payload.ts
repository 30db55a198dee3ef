import type { AuditEvent } from "@/api/types";

const NAMES = [
  "username",
  "name",
  "dataset_name",
  "dataset_slug",
  "number",
  "slug",
  "kind",
] as const;

/** What the event happened to, by the name that it gives. */
export function nameOf(payload: AuditEvent["payload"]): string | null {
  for (const key of NAMES) {
    const value = payload[key];
    if (typeof value === "string" && value !== "") return value;
  }
  return null;
}
