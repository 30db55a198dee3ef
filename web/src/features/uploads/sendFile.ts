import { networkError, toApiError, type ApiError } from "@/api/problem";
import type { ImportMode, UploadAnswer } from "@/api/types";
import { isArchive, isWorkbook } from "@/features/uploads/fileNames";

export interface UploadTarget {
  /** An existing dataset; a new one is made from the file's name when absent. */
  dataset?: { slug: string; name: string };
  /** The workspace's one dataset of this template, made when missing. */
  template?: string;
  mode: ImportMode;
  /** Columns that identify a row, for upsert. */
  key: string[];
  /** Import again although these exact bytes were imported before. */
  force: boolean;
  /** The sheet to read, by name or number from 1; for workbooks. */
  sheet?: string;
  /** The file to read in an archive; for archives. */
  member?: string;
}

export const NEW_DATASET: UploadTarget = { mode: "append", key: [], force: false };

export interface Sending {
  answer: Promise<UploadAnswer>;
  abort: () => void;
}

export type SendFile = (
  file: File,
  target: UploadTarget,
  onProgress: (sentBytes: number, totalBytes: number) => void,
) => Sending;

function toForm(file: File, target: UploadTarget): FormData {
  const form = new FormData();
  // Fields go before the file, so that the server knows them when the bytes arrive.
  if (target.dataset) {
    form.append("dataset", target.dataset.slug);
    form.append("mode", target.mode);
    if (target.key.length > 0) form.append("key", target.key.join(","));
  }
  if (target.template !== undefined) form.append("template", target.template);
  if (target.sheet !== undefined && isWorkbook(file.name)) form.append("sheet", target.sheet);
  if (target.member !== undefined && isArchive(file.name)) form.append("member", target.member);
  if (target.force) form.append("force", "true");
  form.append("file", file, file.name);
  return form;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function failure(request: XMLHttpRequest): ApiError {
  const headers = new Headers();
  const retryAfter = request.getResponseHeader("retry-after");
  if (retryAfter !== null) headers.set("retry-after", retryAfter);
  return toApiError(request.status, parseJson(request.responseText), headers);
}

/** Sends a file with XMLHttpRequest, the one browser API that reports upload progress. */
export const sendFile: SendFile = (file, target, onProgress) => {
  const request = new XMLHttpRequest();
  const answer = new Promise<UploadAnswer>((resolve, reject) => {
    request.upload.onprogress = (event) => {
      onProgress(event.loaded, event.total);
    };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) {
        resolve(parseJson(request.responseText) as UploadAnswer);
      } else reject(failure(request));
    };
    request.onerror = () => {
      reject(networkError());
    };
    request.onabort = () => {
      reject(new DOMException("The upload was cancelled.", "AbortError"));
    };
  });
  request.open("POST", "/api/upload");
  request.setRequestHeader("Accept", "application/json");
  request.send(toForm(file, target));
  return {
    answer,
    abort: () => {
      request.abort();
    },
  };
};
