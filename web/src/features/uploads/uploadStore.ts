import { isUnauthorized, toMessage } from "@/api/problem";
import type { UploadAnswer } from "@/api/types";
import {
  sendFile,
  type SendFile,
  type Sending,
  type UploadTarget,
} from "@/features/uploads/sendFile";
import { formatBytes } from "@/lib/format";
import { createStore, useStore } from "@/lib/store";

export type UploadPhase = "queued" | "sending" | "sent" | "duplicate" | "failed";

export interface Upload {
  id: number;
  file: File;
  target: UploadTarget;
  phase: UploadPhase;
  sentBytes: number;
  totalBytes: number;
  answer: UploadAnswer | null;
  error: string | null;
}

const PARALLEL = 2;

/** Why a file need not be sent at all; null when it may be. */
export function refusal(file: File, maxBytes: number | null): string | null {
  if (file.size === 0) return "The file is empty: there is nothing to import.";
  if (maxBytes !== null && file.size > maxBytes) {
    return `The file has ${formatBytes(file.size)}; this server accepts up to ${formatBytes(maxBytes)}.`;
  }
  return null;
}

/** The uploads of this browser tab: a queue, two at a time. */
export function createUploads(send: SendFile = sendFile) {
  const store = createStore<readonly Upload[]>([]);
  const underway = new Map<number, Sending>();
  let lastId = 0;

  function change(id: number, part: Partial<Upload>) {
    store.set((all) => all.map((one) => (one.id === id ? { ...one, ...part } : one)));
  }

  function finish(id: number, answer: UploadAnswer) {
    change(id, { phase: answer.duplicate ? "duplicate" : "sent", answer });
  }

  function fail(id: number, error: unknown) {
    const text = isUnauthorized(error)
      ? "You are signed out. Sign in and send the file again."
      : toMessage(error);
    change(id, { phase: "failed", error: text });
  }

  function begin(upload: Upload) {
    change(upload.id, { phase: "sending" });
    const sending = send(upload.file, upload.target, (sentBytes, totalBytes) => {
      change(upload.id, { sentBytes, totalBytes });
    });
    underway.set(upload.id, sending);
    sending.answer
      .then((answer) => {
        finish(upload.id, answer);
      })
      .catch((error: unknown) => {
        fail(upload.id, error);
      })
      .finally(() => {
        underway.delete(upload.id);
        pump();
      });
  }

  function pump() {
    const free = PARALLEL - underway.size;
    const waiting = store.get().filter(({ phase }) => phase === "queued");
    for (const upload of waiting.slice(0, Math.max(0, free))) begin(upload);
  }

  function add(files: readonly File[], target: UploadTarget, maxBytes: number | null = null) {
    const added = files.map((file): Upload => {
      const error = refusal(file, maxBytes);
      lastId += 1;
      const phase = error === null ? "queued" : "failed";
      const sizes = { sentBytes: 0, totalBytes: file.size };
      return { id: lastId, file, target, phase, ...sizes, answer: null, error };
    });
    store.set((all) => [...added, ...all]);
    pump();
  }

  /** Takes an upload off the list; one that is under way is stopped. */
  function dismiss(id: number) {
    underway.get(id)?.abort();
    store.set((all) => all.filter((one) => one.id !== id));
  }

  /** Sends the file once more: after a failure, or with `force` although it is known. */
  function again(id: number, force = false) {
    const upload = store.get().find((one) => one.id === id);
    if (!upload) return;
    const dataset = force && upload.answer ? upload.answer.dataset : upload.target.dataset;
    const target = { ...upload.target, dataset, force: force || upload.target.force };
    change(id, { target, phase: "queued", sentBytes: 0, answer: null, error: null });
    pump();
  }

  function clear() {
    for (const sending of underway.values()) sending.abort();
    store.set(() => []);
  }

  return { store, add, again, dismiss, clear };
}

export const uploads = createUploads();

export function useUploads(): readonly Upload[] {
  return useStore(uploads.store, (all) => all);
}

export function isSending({ phase }: Upload): boolean {
  return phase === "queued" || phase === "sending";
}
