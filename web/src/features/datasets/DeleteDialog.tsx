import { Alert, Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type SyntheticEvent } from "react";

import { api, unwrap } from "@/api/client";
import { toMessage } from "@/api/problem";
import { keys } from "@/api/queries";
import type { DatasetDetail } from "@/api/types";
import { countOf } from "@/lib/format";

interface Props {
  dataset: DatasetDetail;
  opened: boolean;
  onClose: () => void;
}

function useDelete(dataset: DatasetDetail) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () =>
      unwrap(
        api.DELETE("/api/datasets/{dataset}", { params: { path: { dataset: dataset.slug } } }),
      ),
    onSuccess: async () => {
      await navigate({ to: "/" });
      queryClient.removeQueries({ queryKey: keys.dataset(dataset.slug) });
      await queryClient.invalidateQueries({ queryKey: keys.datasets });
      notifications.show({ message: `${dataset.name} was deleted.` });
    },
  });
}

function DeleteForm({ dataset, onClose }: Omit<Props, "opened">) {
  const [typed, setTyped] = useState("");
  const deletion = useDelete(dataset);
  const onSubmit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (typed.trim() === dataset.name) deletion.mutate();
  };
  return (
    <form onSubmit={onSubmit}>
      <Stack gap="md">
        <Text>
          This deletes {countOf(dataset.row_count, "row")}, all versions and the history of imports.
          It cannot be undone.
        </Text>
        {deletion.error && (
          <Alert color="red" variant="light" role="alert">
            {toMessage(deletion.error)}
          </Alert>
        )}
        <TextInput
          label={
            <>
              Type <span className="mono">{dataset.name}</span> to confirm
            </>
          }
          data-autofocus
          autoComplete="off"
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
          }}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Keep it
          </Button>
          <Button
            type="submit"
            color="red"
            disabled={typed.trim() !== dataset.name}
            loading={deletion.isPending}
          >
            Delete dataset
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function DeleteDialog({ dataset, opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={`Delete ${dataset.name}?`}>
      <DeleteForm dataset={dataset} onClose={onClose} />
    </Modal>
  );
}
