import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";

import { instanceQuery } from "@/api/queries";
import { NEW_DATASET, type UploadTarget } from "@/features/uploads/sendFile";
import { uploads } from "@/features/uploads/uploadStore";

/** A function that puts files on the way, within the size this server accepts. */
export function useAddFiles() {
  const { data: instance } = useQuery(instanceQuery);
  const maxBytes = instance?.max_upload_bytes ?? null;
  return useCallback(
    (files: readonly File[], target: UploadTarget = NEW_DATASET) => {
      uploads.add(files, target, maxBytes);
    },
    [maxBytes],
  );
}
