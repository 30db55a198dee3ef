import type { QueryClient } from "@tanstack/react-query";
import { redirect } from "@tanstack/react-router";

import { ApiError, isUnauthorized } from "@/api/problem";
import { instanceQuery, meQuery } from "@/api/queries";

/** Signed in already? null when not. Any other trouble goes on to the error page. */
async function currentUser(queryClient: QueryClient) {
  return queryClient.query({ ...meQuery, staleTime: "static" }).catch((error: unknown) => {
    if (isUnauthorized(error)) return null;
    throw error;
  });
}

export function loadInstance(queryClient: QueryClient) {
  return queryClient.query({ ...instanceQuery, staleTime: "static" });
}

/** For the pages in front of the app: whoever is signed in goes on into it. */
export async function requireNobody(queryClient: QueryClient): Promise<void> {
  if (await currentUser(queryClient)) throw redirect({ to: "/" });
}

/** For the app itself: whoever is not signed in goes to the page for that, and comes back after. */
export async function requireUser(queryClient: QueryClient, href: string): Promise<void> {
  if (await currentUser(queryClient)) return;
  const instance = await loadInstance(queryClient);
  const search = { return: href === "/" ? undefined : href };
  throw redirect({ to: instance.has_users ? "/login" : "/register", search });
}

/** For pages that do nothing but change the workspace. */
export async function requireEditor(queryClient: QueryClient): Promise<void> {
  const user = await currentUser(queryClient);
  if (user?.workspace.role !== "viewer") return;
  throw new ApiError(403, "forbidden", "You may look at this workspace, but not change it.");
}
