import { useQuery } from "@tanstack/react-query";

import { meQuery } from "@/api/queries";

/**
 * Whether the signed-in user may change what is in the workspace; viewers only look at it. Until
 * that is known nothing is offered that might be refused.
 */
export function useCanEdit(): boolean {
  const { data } = useQuery(meQuery);
  return data !== undefined && data.workspace.role !== "viewer";
}
