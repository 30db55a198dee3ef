import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient, type QueryKey } from "@tanstack/react-query";

import { notifyError } from "@/components/notifyError";
import { momentOfRun, type Planned } from "@/lib/schedules";

interface Calls {
  run: () => Promise<unknown>;
  pause: () => Promise<unknown>;
  /** Answers when it runs next. */
  resume: () => Promise<Planned>;
}

interface Runnable {
  name: string;
  paused: boolean;
}

/** Run now, and pause or resume, of something that runs by itself. */
export function useRunActions({ name, paused }: Runnable, queryKey: QueryKey, calls: Calls) {
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey });
  const run = useMutation({ mutationFn: calls.run, onSuccess: refresh, onError: notifyError });
  const pause = useMutation({
    mutationFn: async () => {
      if (!paused) {
        await calls.pause();
        return `${name} is paused: it does not run by itself until it is resumed.`;
      }
      const next = momentOfRun(await calls.resume());
      return next === null
        ? `${name} runs when it is told to.`
        : `${name} goes on. Next run: ${next}`;
    },
    onSuccess: async (message) => {
      notifications.show({ message });
      await refresh();
    },
    onError: notifyError,
  });
  return { run, pause };
}
