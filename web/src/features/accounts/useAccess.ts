import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";

import { api, unwrap } from "@/api/client";
import { keys } from "@/api/queries";

export interface Credentials {
  email: string;
  password: string;
}

/** Only addresses within the app: a foreign one in the link would send people elsewhere. */
export function safeReturn(path: string | undefined): string {
  return path !== undefined && /^\/(?![/\\])/.test(path) ? path : "/";
}

/** Signs in, or makes the account first, and goes on to where the person wanted to be. */
export function useAccess(how: "login" | "register", returnPath: string | undefined) {
  const queryClient = useQueryClient();
  const router = useRouter();
  return useMutation({
    mutationFn: (body: Credentials) =>
      unwrap(
        how === "login" ? api.POST("/api/login", { body }) : api.POST("/api/register", { body }),
      ),
    onSuccess: async (session) => {
      queryClient.clear();
      queryClient.setQueryData(keys.me, session.user);
      await router.navigate({ href: safeReturn(returnPath), replace: true });
    },
  });
}
