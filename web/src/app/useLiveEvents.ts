import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { openEventStream, type StreamState } from "@/api/events";
import { meQuery } from "@/api/queries";
import { dispatchEvent } from "@/app/dispatchEvent";
import { createStore, useStore } from "@/lib/store";

const streamState = createStore<StreamState>("connecting");
const FALLBACK_MS = 15_000;

/** While the stream is lost, what is on screen is asked for again every fifteen seconds. */
function pollWhileLost(queryClient: QueryClient): () => void {
  const timer = setInterval(() => {
    if (streamState.get() === "lost") void queryClient.invalidateQueries();
  }, FALLBACK_MS);
  return () => {
    clearInterval(timer);
  };
}

/** Opens the one event stream of the app for as long as the calling component stands. */
export function useLiveEvents(): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    let wasLost = false;
    const closeStream = openEventStream({
      onEvent: (event) => {
        dispatchEvent(queryClient, event);
      },
      onState: (state) => {
        streamState.set(() => state);
        if (state === "lost") {
          // A stream is also lost when the session ended: asking who we are finds out.
          if (!wasLost) void queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
          wasLost = true;
        } else if (state === "open" && wasLost) {
          wasLost = false;
          void queryClient.invalidateQueries();
        }
      },
    });
    const stopPolling = pollWhileLost(queryClient);
    return () => {
      closeStream();
      stopPolling();
    };
  }, [queryClient]);
}

export function useStreamState(): StreamState {
  return useStore(streamState, (state) => state);
}
