import { describe, expect, it } from "vitest";

import { ApiError } from "@/api/problem";
import type { UploadAnswer } from "@/api/types";
import { NEW_DATASET, type SendFile, type UploadTarget } from "@/features/uploads/sendFile";
import { refusal, Uploads } from "@/features/uploads/uploadStore";

const ANSWER: UploadAnswer = {
  message: "The file is safe.",
  dataset_id: "d1",
  dataset: { id: "d1", slug: "sales", name: "Sales" },
  file_id: "f1",
  import_id: "i1",
  job_id: "j1",
  status: "processing",
  duplicate: false,
};

interface Call {
  name: string;
  target: UploadTarget;
  progress: (sent: number, total: number) => void;
  succeed: (part?: Partial<UploadAnswer>) => Promise<void>;
  fail: (error: Error) => Promise<void>;
  isAborted: boolean;
}

/** A server that answers when the test says so. */
function aServer() {
  const calls: Call[] = [];
  const settle = () => new Promise((resolve) => setTimeout(resolve));
  const send: SendFile = (file, target, progress) => {
    let resolve: (answer: UploadAnswer) => void = () => undefined;
    let reject: (error: Error) => void = () => undefined;
    const promise = new Promise<UploadAnswer>((yes, no) => {
      resolve = yes;
      reject = no;
    });
    const call: Call = {
      name: file.name,
      target,
      progress,
      succeed: async (part = {}) => {
        resolve({ ...ANSWER, ...part });
        await settle();
      },
      fail: async (error) => {
        reject(error);
        await settle();
      },
      isAborted: false,
    };
    calls.push(call);
    const abort = () => {
      call.isAborted = true;
      reject(new DOMException("stopped", "AbortError"));
    };
    return { answer: promise, abort };
  };
  return { calls, uploads: new Uploads(send) };
}

const aFile = (name: string, content = "a,b\n1,2\n") => new File([content], name);

function callOf(calls: Call[], index: number): Call {
  const call = calls[index];
  if (!call) throw new Error(`there was no call ${index}`);
  return call;
}

describe("uploads", () => {
  it("sends two at a time and the next when one is through", async () => {
    const { calls, uploads } = aServer();
    uploads.add([aFile("a.csv"), aFile("b.csv"), aFile("c.csv")], NEW_DATASET);
    expect(calls.map(({ name }) => name)).toEqual(["a.csv", "b.csv"]);
    expect(uploads.store.get().map(({ phase }) => phase)).toEqual(["sending", "sending", "queued"]);
    await callOf(calls, 0).succeed();
    expect(calls.map(({ name }) => name)).toEqual(["a.csv", "b.csv", "c.csv"]);
    expect(uploads.store.get()[0]).toMatchObject({ phase: "sent", answer: { import_id: "i1" } });
  });

  it("reports how many bytes are sent", () => {
    const { calls, uploads } = aServer();
    uploads.add([aFile("a.csv")], NEW_DATASET);
    callOf(calls, 0).progress(4, 8);
    expect(uploads.store.get()[0]).toMatchObject({ sentBytes: 4, totalBytes: 8 });
  });

  it("keeps the server's reason, and sends again when asked", async () => {
    const { calls, uploads } = aServer();
    uploads.add([aFile("a.csv")], NEW_DATASET);
    await callOf(calls, 0).fail(new ApiError(507, "no_space", "No room is left."));
    expect(uploads.store.get()[0]).toMatchObject({ phase: "failed", error: "No room is left." });
    uploads.again(uploads.store.get()[0]?.id ?? 0);
    await callOf(calls, 1).succeed();
    expect(uploads.store.get()[0]).toMatchObject({ phase: "sent", error: null });
  });

  it("imports a known file into the same dataset again only when told so", async () => {
    const { calls, uploads } = aServer();
    uploads.add([aFile("a.csv")], NEW_DATASET);
    await callOf(calls, 0).succeed({ duplicate: true });
    expect(uploads.store.get()[0]?.phase).toBe("duplicate");
    expect(calls).toHaveLength(1);
    uploads.again(uploads.store.get()[0]?.id ?? 0, true);
    expect(callOf(calls, 1).target).toMatchObject({ force: true, dataset: { slug: "sales" } });
  });

  it("stops an upload that is taken off the list, and goes on with the next", async () => {
    const { calls, uploads } = aServer();
    uploads.add([aFile("a.csv"), aFile("b.csv"), aFile("c.csv")], NEW_DATASET);
    uploads.dismiss(uploads.store.get()[0]?.id ?? 0);
    await Promise.resolve();
    await new Promise((resolve) => setTimeout(resolve));
    expect(callOf(calls, 0).isAborted).toBe(true);
    expect(uploads.store.get().map(({ file }) => file.name)).toEqual(["b.csv", "c.csv"]);
    expect(calls).toHaveLength(3);
  });

  it("does not send what the server would refuse", () => {
    const { calls, uploads } = aServer();
    uploads.add([aFile("empty.csv", ""), aFile("big.csv")], NEW_DATASET, 4);
    expect(calls).toHaveLength(0);
    expect(uploads.store.get().map(({ error }) => error)).toEqual([
      "The file is empty: there is nothing to import.",
      "The file has 8 B; this server accepts up to 4 B.",
    ]);
  });
});

it("refuses nothing while the server's limit is unknown", () => {
  expect(refusal(aFile("a.csv"), null)).toBeNull();
});
