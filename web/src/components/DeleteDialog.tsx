import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient, type QueryKey } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { ConfirmDialog } from "@/components/ConfirmDialog";
import { notifyError } from "@/components/notifyError";

interface Props {
  opened: boolean;
  onClose: () => void;
  /** What it is: "feed". */
  noun: string;
  name: string;
  remove: () => Promise<unknown>;
  /** The list that is left, where one is taken then. */
  to: "/feeds" | "/syncs" | "/webhooks";
  listKey: QueryKey;
  oneKey: QueryKey;
  /** What goes with it, and what stays. */
  children: ReactNode;
}

/** Asks whether something is to be deleted, deletes it, and goes to the list of the others. */
export function DeleteDialog({ opened, onClose, noun, name, children, ...rest }: Props) {
  const { remove, to, listKey, oneKey } = rest;
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const deletion = useMutation({
    mutationFn: remove,
    onSuccess: async () => {
      await navigate({ to });
      queryClient.removeQueries({ queryKey: oneKey });
      await queryClient.invalidateQueries({ queryKey: listKey });
      notifications.show({ message: `${name} was deleted.` });
    },
    onError: notifyError,
  });
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={`Delete ${name}?`}
      action={`Delete ${noun}`}
      isDangerous
      isPending={deletion.isPending}
      onConfirm={() => deletion.mutate()}
    >
      {children}
    </ConfirmDialog>
  );
}
