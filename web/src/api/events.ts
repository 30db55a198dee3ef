import type { LogEvent } from "@/api/types";

export const EVENT_KINDS = [
  "dataset.created",
  "dataset.renamed",
  "dataset.deleted",
  "dataset.changed",
  "import.created",
  "import.started",
  "import.progress",
  "import.succeeded",
  "import.failed",
  "import.cancelled",
  "operation.created",
  "operation.started",
  "operation.progress",
  "operation.succeeded",
  "operation.failed",
  "operation.cancelled",
  "feed.created",
  "feed.changed",
  "feed.deleted",
  "feed.paused",
  "feed.resumed",
  "feed.host_key_trusted",
  "feed.run_started",
  "feed.run_finished",
  "feed.run_failed",
  "feed.run_cancelled",
  "feed.progress",
  "feed.file_imported",
  "feed.file_duplicate",
  "feed.file_failed",
  "feed.file_unrecognised",
  "key.created",
  "key.deleted",
  "dataset.adopted",
  "dataset.released",
  "invoice.created",
  "invoice.updated",
  "invoice.deleted",
  "sync.created",
  "sync.changed",
  "sync.deleted",
  "sync.progress",
  "sync.delivered",
  "sync.failing",
  "sync.recovered",
  "sync.record_rejected",
  "webhook.created",
  "webhook.changed",
  "webhook.deleted",
  "webhook.paused",
  "webhook.resumed",
  "webhook.disabled",
  "webhook.secret_rotated",
  "webhook.attempted",
] as const;

export type StreamState = "connecting" | "open" | "lost";

interface Handlers {
  onEvent: (event: LogEvent) => void;
  onState: (state: StreamState) => void;
}

const RETRY_SECONDS = [1, 2, 5, 10, 30];

function parseEvent(data: string): LogEvent | null {
  try {
    return JSON.parse(data) as LogEvent;
  } catch {
    return null;
  }
}

/**
 * One event stream for the whole app. The browser reconnects by itself and sends
 * `Last-Event-ID`; only after a refusal (a closed source) a new one is opened, ever more slowly.
 * Returns a function that ends the stream.
 */
export function openEventStream(handlers: Handlers, url = "/api/events"): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;

  const receive = (message: MessageEvent<string>) => {
    const event = parseEvent(message.data);
    if (event) handlers.onEvent(event);
  };

  const onError = () => {
    handlers.onState("lost");
    if (source?.readyState !== EventSource.CLOSED) return;
    const seconds = RETRY_SECONDS[Math.min(failures, RETRY_SECONDS.length - 1)] ?? 30;
    failures += 1;
    timer = setTimeout(connect, seconds * 1000);
  };

  function connect() {
    handlers.onState("connecting");
    source = new EventSource(url);
    source.onopen = () => {
      failures = 0;
      handlers.onState("open");
    };
    source.onerror = onError;
    for (const kind of EVENT_KINDS) source.addEventListener(kind, receive);
  }

  connect();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
