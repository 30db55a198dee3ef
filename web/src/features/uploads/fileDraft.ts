import type { UploadTarget } from "@/features/uploads/sendFile";

/** What was decided for one file; undefined is what is recognised, null is nothing. */
export interface FileDraft {
  template?: string | null;
  sheet?: string;
  member?: string;
}

export type FileDrafts = ReadonlyMap<File, FileDraft>;

export const draftOf = (drafts: FileDrafts, file: File): FileDraft => drafts.get(file) ?? {};

export function withDraft(drafts: FileDrafts, file: File, part: FileDraft): FileDrafts {
  return new Map(drafts).set(file, { ...draftOf(drafts, file), ...part });
}

/** A text as the server takes it: nothing where there is none. */
function said(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === "" ? undefined : trimmed;
}

/** What of a draft goes to the server. */
export function partOf({ sheet, member }: FileDraft): Pick<UploadTarget, "sheet" | "member"> {
  return { sheet: said(sheet), member: said(member) };
}
