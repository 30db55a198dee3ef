import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconTrash } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";

import { keys } from "@/api/queries";
import type { Template } from "@/api/types";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { notifyError } from "@/components/notifyError";
import { deleteTemplate } from "@/features/templates/templateQueries";

/** Deletes a template of the workspace, as long as no dataset follows it. */
export function DeleteTemplate({ template: { name, label, dataset } }: { template: Template }) {
  const [opened, dialog] = useDisclosure(false);
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const removal = useMutation({
    mutationFn: () => deleteTemplate(name),
    onSuccess: async () => {
      notifications.show({ message: `The template ${label} is deleted.` });
      await navigate({ to: "/templates" });
      void queryClient.invalidateQueries({ queryKey: keys.templates });
    },
    onError: (error) => {
      dialog.close();
      notifyError(error);
    },
  });
  return (
    <>
      <Button
        variant="default"
        c={dataset ? undefined : "var(--rm-red)"}
        disabled={dataset !== null}
        title={dataset ? `${dataset.name} follows it. Take it off there first.` : undefined}
        leftSection={<IconTrash size={15} />}
        onClick={dialog.open}
      >
        Delete
      </Button>
      <ConfirmDialog
        opened={opened}
        onClose={dialog.close}
        title={`Delete the template ${label}?`}
        action="Delete template"
        isDangerous
        isPending={removal.isPending}
        onConfirm={() => removal.mutate()}
      >
        Files are no longer recognised by it. No dataset is changed.
      </ConfirmDialog>
    </>
  );
}
