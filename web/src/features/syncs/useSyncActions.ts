import { keys } from "@/api/queries";
import type { Sync } from "@/api/types";
import { useRunActions } from "@/components/useRunActions";
import { pauseSync, resumeSync, runSync } from "@/features/syncs/syncQueries";

/** Run now, pause and resume, as every place offers them. */
export function useSyncActions(sync: Pick<Sync, "slug" | "name" | "paused">) {
  const { slug } = sync;
  return useRunActions(sync, keys.syncs, {
    run: () => runSync(slug),
    pause: () => pauseSync(slug),
    resume: () => resumeSync(slug),
  });
}
