import type { ReactNode } from "react";

import { useCanEdit } from "@/components/useCanEdit";

/** What only those see who may change the workspace. */
export function ForEditors({ children }: { children: ReactNode }) {
  return useCanEdit() ? children : null;
}
