import { useMutation, useQueryClient } from "@tanstack/react-query";

import { keys } from "@/api/queries";
import type { Sync } from "@/api/types";
import { notifyError } from "@/components/notifyError";
import { pauseSync, resumeSync, runSync } from "@/features/syncs/syncQueries";

/** Run now, pause and resume, as every place offers them. */
export function useSyncActions({ slug, paused }: Pick<Sync, "slug" | "paused">) {
  const queryClient = useQueryClient();
  const shared = {
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.syncs }),
    onError: notifyError,
  };
  const run = useMutation({ mutationFn: () => runSync(slug), ...shared });
  const pause = useMutation({
    mutationFn: async () => {
      await (paused ? resumeSync(slug) : pauseSync(slug));
    },
    ...shared,
  });
  return { run, pause };
}
