import { useBlocker } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { ConfirmDialog } from "@/components/ConfirmDialog";

interface Props {
  isChanged: boolean;
  /** What would be lost. */
  children: ReactNode;
}

/** Asks before what was typed is lost, also when the tab is closed. */
export function LeaveGuard({ isChanged, children }: Props) {
  const blocker = useBlocker({
    shouldBlockFn: () => isChanged,
    enableBeforeUnload: () => isChanged,
    withResolver: true,
  });
  return (
    <ConfirmDialog
      opened={blocker.status === "blocked"}
      onClose={() => blocker.reset?.()}
      title="Leave without saving?"
      action="Leave"
      isDangerous
      isPending={false}
      onConfirm={() => blocker.proceed?.()}
    >
      {children}
    </ConfirmDialog>
  );
}
