import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { recognitionQuery } from "@/features/uploads/recognition";
import { useAddFiles } from "@/features/uploads/useAddFiles";

/** A file that is not recognised by then goes its way without. */
const PATIENCE_MS = 5000;

const soon = () => new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));

/**
 * Takes files that were dropped: those that look like nothing known go in at once, each as a
 * dataset; where one looks like a template, it is asked first.
 */
export function useDroppedFiles(onAsk: (files: File[]) => void) {
  const queryClient = useQueryClient();
  const addFiles = useAddFiles();
  const [isLooking, setLooking] = useState(false);
  const looksKnown = async (file: File) => {
    const found = queryClient.query(recognitionQuery(file)).catch(() => null);
    return (await Promise.race([found, soon()]))?.match.template != null;
  };
  const onFiles = async (files: File[]) => {
    setLooking(true);
    const known = await Promise.all(files.map(looksKnown));
    setLooking(false);
    const asked = files.filter((_, index) => known[index]);
    const others = files.filter((_, index) => !known[index]);
    if (others.length > 0) addFiles(others);
    if (asked.length > 0) onAsk(asked);
  };
  return { isLooking, onFiles: (files: File[]) => void onFiles(files) };
}
