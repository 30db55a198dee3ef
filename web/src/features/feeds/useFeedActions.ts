import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { keys } from "@/api/queries";
import { notifyError } from "@/components/notifyError";
import { cancelRun, pauseFeed, resumeFeed, runFeed, type Feed } from "@/features/feeds/feedQueries";

/** What can be done with a feed from a list of them as from its own page. */
export function useFeedActions({ id, name }: Pick<Feed, "id" | "name">) {
  const queryClient = useQueryClient();
  const shared = {
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.feeds }),
    onError: notifyError,
  };
  const run = useMutation({
    ...shared,
    mutationFn: () => runFeed(id),
    onSuccess: async ({ already_running: isOld }) => {
      if (isOld) notifications.show({ message: `${name} is running already.` });
      await shared.onSuccess();
    },
  });
  const pause = useMutation({ ...shared, mutationFn: () => pauseFeed(id) });
  const resume = useMutation({ ...shared, mutationFn: () => resumeFeed(id) });
  const cancel = useMutation({ ...shared, mutationFn: (runId: string) => cancelRun(id, runId) });
  return { run, pause, resume, cancel };
}
