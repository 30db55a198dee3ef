/** A record as it is shown and edited. */
export function recordText(record: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(record, null, 2);
}

interface ReadRecord {
  record: Record<string, unknown> | null;
  /** Why it cannot be sent. */
  problem: string | null;
}

/** What was typed, as a record; or what keeps it from being one. */
export function parseRecord(text: string): ReadRecord {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return { record: null, problem: "A record is an object: { … }." };
    }
    return { record: { ...value }, problem: null };
  } catch (error) {
    const reason = error instanceof Error ? error.message : "";
    return { record: null, problem: `This is not JSON. ${reason}` };
  }
}
