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
  /** Nothing more will happen to it: imported, known already, or failed. */
  isOver: boolean;
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

function toUpload(id: number, file: File, target: UploadTarget, error: string | null): Upload {
  return {
    id,
    file,
    target,
    phase: error === null ? "queued" : "failed",
    sentBytes: 0,
    totalBytes: file.size,
    answer: null,
    error,
    isOver: error !== null,
  };
}

/** The uploads of this browser tab: a queue, two at a time. */
export class Uploads {
  readonly store = createStore<readonly Upload[]>([]);
  private readonly underway = new Map<number, Sending>();
  private lastId = 0;

  constructor(private readonly send: SendFile = sendFile) {}

  add(files: readonly File[], target: UploadTarget, maxBytes: number | null = null) {
    const added = files.map((file) => {
      this.lastId += 1;
      return toUpload(this.lastId, file, target, refusal(file, maxBytes));
    });
    this.store.set((all) => [...added, ...all]);
    this.pump();
  }

  /** Sends the file once more: after a failure, or with `force` although it is known. */
  again(id: number, force = false) {
    const upload = this.store.get().find((one) => one.id === id);
    if (!upload) return;
    const dataset = force && upload.answer ? upload.answer.dataset : upload.target.dataset;
    const target = { ...upload.target, dataset, force: force || upload.target.force };
    this.change(id, toUpload(id, upload.file, target, null));
    this.pump();
  }

  markOver(id: number) {
    this.change(id, { isOver: true });
  }

  /** Takes an upload off the list; one that is under way is stopped. */
  dismiss(id: number) {
    this.underway.get(id)?.abort();
    this.store.set((all) => all.filter((one) => one.id !== id));
  }

  dismissOver() {
    this.store.set((all) => all.filter(({ isOver }) => !isOver));
  }

  clear() {
    for (const sending of this.underway.values()) sending.abort();
    this.store.set(() => []);
  }

  private change(id: number, part: Partial<Upload>) {
    this.store.set((all) => all.map((one) => (one.id === id ? { ...one, ...part } : one)));
  }

  private pump() {
    const free = PARALLEL - this.underway.size;
    const waiting = this.store.get().filter(({ phase }) => phase === "queued");
    for (const upload of waiting.slice(0, Math.max(0, free))) void this.begin(upload);
  }

  private async begin({ id, file, target }: Upload) {
    this.change(id, { phase: "sending" });
    const sending = this.send(file, target, (sentBytes, totalBytes) => {
      this.change(id, { sentBytes, totalBytes });
    });
    this.underway.set(id, sending);
    try {
      const answer = await sending.answer;
      this.change(id, { phase: answer.duplicate ? "duplicate" : "sent", answer });
    } catch (error) {
      this.change(id, { phase: "failed", error: describeFailure(error) });
    }
    this.underway.delete(id);
    this.pump();
  }
}

function describeFailure(error: unknown): string {
  if (isUnauthorized(error)) return "You are signed out. Sign in and send the file again.";
  return toMessage(error);
}

export const uploads = new Uploads();

export function useUploads(): readonly Upload[] {
  return useStore(uploads.store, (all) => all);
}

export function isSending({ phase }: Upload): boolean {
  return phase === "queued" || phase === "sending";
}
