import { Button, Group, Modal, Stack } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What will happen. */
  children: ReactNode;
  /** The word on the button that does it. */
  action: string;
  isDangerous?: boolean;
  isPending: boolean;
  onConfirm: () => void;
}

/** Asks once more before something that others will notice. */
export function ConfirmDialog({ opened, onClose, title, children, action, ...rest }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <Stack gap="md">
        <div>{children}</div>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            color={rest.isDangerous ? "red" : undefined}
            loading={rest.isPending}
            onClick={rest.onConfirm}
          >
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
