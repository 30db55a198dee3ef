import { queryOptions, skipToken, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "@/api/client";
import { ApiError } from "@/api/problem";
import { keys } from "@/api/queries";
import type { Recognition, TemplateMatch } from "@/api/types";
import { partOf, type FileDraft } from "@/features/uploads/fileDraft";

/** So much of a file is sent to recognise it: no more than the server takes. */
const HEAD_BYTES = 1024 * 1024;

const ids = new WeakMap<File, number>();
let lastId = 0;

/** The same number for the same file of this tab. */
function idOf(file: File): number {
  const known = ids.get(file);
  if (known !== undefined) return known;
  lastId += 1;
  ids.set(file, lastId);
  return lastId;
}

/** How the server would read a file, by its beginning. */
export const recognitionQuery = (file: File, draft: FileDraft = {}) => {
  const part = partOf(draft);
  return queryOptions({
    queryKey: [...keys.templates, "recognised", idOf(file), part],
    queryFn: ({ signal }): Promise<Recognition> =>
      unwrap(
        api.POST("/api/recognise", {
          signal,
          params: { query: { ...part, beginning: file.size > HEAD_BYTES } },
          headers: { "Content-Type": "application/octet-stream" },
          body: file.name,
          bodySerializer: () => file.slice(0, HEAD_BYTES),
        }),
      ),
    staleTime: Infinity,
    retry: false,
  });
};

/** The files of an archive, where that is why it was not recognised. */
export function membersOf(error: unknown): readonly string[] {
  const members = error instanceof ApiError ? error.details.members : undefined;
  return Array.isArray(members) ? members.map(String) : [];
}

/** How the file's header fits a template that is not the one it looks like. */
export function useMatch(
  seen: Recognition | undefined,
  template: string | null,
): TemplateMatch | undefined {
  const headers = seen?.columns.map(({ label }) => label) ?? [];
  const isOther = seen !== undefined && template !== null && template !== seen.match.template;
  const { data } = useQuery({
    queryKey: [...keys.templates, "match", template, headers],
    queryFn: isOther
      ? ({ signal }) =>
          unwrap(api.POST("/api/templates/match", { signal, body: { headers, template } }))
      : skipToken,
    staleTime: 60_000,
  });
  return isOther ? data : seen?.match;
}
