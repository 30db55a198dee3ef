import { Alert, Button, Group, Modal, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";

import { api, unwrap } from "@/api/client";
import { toMessage } from "@/api/problem";
import type { ManagedUser } from "@/api/types";
import { ShownLink } from "@/features/admin/ShownLink";

interface Props {
  user: Pick<ManagedUser, "id" | "username" | "email">;
  opened: boolean;
  onClose: () => void;
}

function ResetForm({ user, onClose }: Omit<Props, "opened">) {
  const name = user.email ?? user.username;
  const reset = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/api/admin/users/{user_id}/password-link", {
          params: { path: { user_id: user.id } },
        }),
      ),
  });
  if (reset.data) return <ShownLink name={name} link={reset.data} onClose={onClose} />;
  return (
    <Stack gap="md">
      <div>
        This makes a link by which {name} chooses a new password, once. Until then the present one
        works. Using the link ends all of their sessions.
      </div>
      {reset.error && (
        <Alert color="red" variant="light" role="alert">
          {toMessage(reset.error)}
        </Alert>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          loading={reset.isPending}
          onClick={() => {
            reset.mutate();
          }}
        >
          Make the link
        </Button>
      </Group>
    </Stack>
  );
}

export function PasswordLinkDialog({ user, opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Reset password" closeOnClickOutside={false}>
      <ResetForm user={user} onClose={onClose} />
    </Modal>
  );
}
