import { Alert, Button, Checkbox, Group, Modal, Stack, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";

import { api, unwrap } from "@/api/client";
import { ApiError, toMessage } from "@/api/problem";
import { keys } from "@/api/queries";
import { ShownLink } from "@/features/admin/ShownLink";

interface Props {
  opened: boolean;
  onClose: () => void;
}

function useCreate(onDone: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ name, is_admin }: { name: string; is_admin: boolean }) => {
      const who = name.includes("@") ? { email: name } : { username: name };
      return unwrap(api.POST("/api/admin/users", { body: { ...who, is_admin } }));
    },
    onSuccess: async ({ password_link, user }) => {
      await queryClient.invalidateQueries({ queryKey: keys.admin });
      if (password_link !== null) return;
      notifications.show({ message: `${user.username} was made.` });
      onDone();
    },
  });
}

/** The server's message for the one field that says who it is. */
function nameMessage(error: Error | null): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  if (error.status === 409) return error.message;
  return error.fields.email ?? error.fields.username;
}

function UserForm({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [isAdmin, setAdmin] = useState(false);
  const create = useCreate(onClose);
  const message = nameMessage(create.error);
  const onSubmit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (name.trim() !== "") create.mutate({ name: name.trim(), is_admin: isAdmin });
  };
  if (create.data?.password_link) {
    const { user, password_link } = create.data;
    return <ShownLink name={user.username} link={password_link} onClose={onClose} />;
  }
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        <TextInput
          label="E-mail or user name"
          description="You get a link by which they choose their password."
          data-autofocus
          autoComplete="off"
          value={name}
          error={message}
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        <Checkbox
          label="Administrator of this server"
          checked={isAdmin}
          onChange={(event) => {
            setAdmin(event.currentTarget.checked);
          }}
        />
        {create.error && message === undefined && (
          <Alert color="red" variant="light" role="alert">
            {toMessage(create.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={name.trim() === ""} loading={create.isPending}>
            Make user
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function NewUserDialog({ opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="New user" closeOnClickOutside={false}>
      <UserForm onClose={onClose} />
    </Modal>
  );
}
