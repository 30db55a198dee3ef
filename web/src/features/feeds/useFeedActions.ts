import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { keys } from "@/api/queries";
import { notifyError } from "@/components/notifyError";
import { useRunActions } from "@/components/useRunActions";
import { cancelRun, pauseFeed, resumeFeed, runFeed, type Feed } from "@/features/feeds/feedQueries";

/** What can be done with a feed from a list of them as from its own page. */
export function useFeedActions(feed: Pick<Feed, "id" | "name" | "paused">) {
  const { id, name } = feed;
  const queryClient = useQueryClient();
  const actions = useRunActions(feed, keys.feeds, {
    run: async () => {
      const { already_running: isOld } = await runFeed(id);
      if (isOld) notifications.show({ message: `${name} is running already.` });
    },
    pause: () => pauseFeed(id),
    resume: () => resumeFeed(id),
  });
  const cancel = useMutation({
    mutationFn: (runId: string) => cancelRun(id, runId),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.feeds }),
    onError: notifyError,
  });
  return { ...actions, cancel };
}
