import type { Import } from "@/api/types";

/** Another part of a file that may be read: what the API calls it, and what there is. */
export interface Parts {
  option: "sheet" | "member" | "records";
  /** "sheet", "file" or "list", as a sentence has it. */
  word: string;
  choices: readonly string[];
  /** The import failed because none was named: the chosen one goes where this one should have. */
  isMissing: boolean;
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? [...new Set(value.map(String))] : [];
}

/** What else of the file could be read, from how it was read or why it was not; null if nothing. */
export function partsOf({ plan, error }: Import): Parts | null {
  const members = textsOf(error?.members);
  if (members.length > 0) {
    return { option: "member", word: "file", choices: members, isMissing: true };
  }
  const lists = textsOf(error?.lists);
  if (lists.length > 0) {
    return { option: "records", word: "list", choices: lists, isMissing: true };
  }
  const sheets = textsOf(plan?.sheets).filter((one) => one !== plan?.sheet);
  if (sheets.length === 0) return null;
  return { option: "sheet", word: "sheet", choices: sheets, isMissing: false };
}
