import { skipToken, useQuery } from "@tanstack/react-query";

import { importQuery } from "@/api/queries";
import type { Import } from "@/api/types";
import { liveImports, mergeLive, type LiveImport } from "@/features/imports/liveProgress";
import { describeEnd, describeImport, percentOf } from "@/features/imports/words";
import type { Upload } from "@/features/uploads/uploadStore";
import { formatBytes, formatDateTime, formatPercent } from "@/lib/format";
import { useStore } from "@/lib/store";

export type UploadTone = "busy" | "good" | "known" | "stopped" | "bad";

export interface UploadView {
  tone: UploadTone;
  /** 0–100; null while it cannot be known. */
  percent: number | null;
  words: string;
}

function viewSending({ sentBytes, totalBytes }: Upload): UploadView {
  if (sentBytes >= totalBytes && totalBytes > 0) {
    return { tone: "busy", percent: 100, words: "Sent. Waiting for the server to store it" };
  }
  const size = `${formatBytes(sentBytes)} of ${formatBytes(totalBytes)}`;
  return {
    tone: "busy",
    percent: totalBytes > 0 ? (100 * sentBytes) / totalBytes : null,
    words: `Sending · ${size} · ${formatPercent(sentBytes, totalBytes)}`,
  };
}

function viewDuplicate(upload: Upload, earlier: Import | undefined): UploadView {
  const name = upload.answer?.dataset.name ?? "this dataset";
  const when = earlier?.finished_at ? ` on ${formatDateTime(earlier.finished_at)}` : "";
  return {
    tone: "known",
    percent: 100,
    words: `These exact bytes were already imported into ${name}${when}.`,
  };
}

const END_TONES: Partial<Record<Import["status"], UploadTone>> = {
  succeeded: "good",
  cancelled: "stopped",
};

function viewImport(run: Import, live: LiveImport | undefined): UploadView {
  const end = describeEnd(run);
  const now = mergeLive(run, live);
  if (end === null) return { tone: "busy", percent: percentOf(now), words: describeImport(now) };
  return { tone: END_TONES[run.status] ?? "bad", percent: 100, words: end };
}

/** What to say of an upload, from its own state and that of the import it became. */
export function viewUpload(
  upload: Upload,
  run: Import | undefined,
  live: LiveImport | undefined,
): UploadView {
  if (upload.phase === "queued") return { tone: "busy", percent: 0, words: "Waiting to be sent" };
  if (upload.phase === "sending") return viewSending(upload);
  if (upload.phase === "failed") {
    return { tone: "bad", percent: 100, words: upload.error ?? "The upload failed." };
  }
  if (upload.phase === "duplicate") return viewDuplicate(upload, run);
  if (run) return viewImport(run, live);
  return { tone: "busy", percent: null, words: "Stored. Waiting for a worker" };
}

export function useUploadView(upload: Upload): UploadView {
  const id = upload.answer?.import_id;
  const query = importQuery(id ?? "");
  const { data } = useQuery({ ...query, queryFn: id === undefined ? skipToken : query.queryFn });
  const live = useStore(liveImports, (all) => (id === undefined ? undefined : all.get(id)));
  return viewUpload(upload, data, live);
}
