import { Alert, Button, Group, Stack, TextInput } from "@mantine/core";
import { useState } from "react";

import { ApiError, toMessage } from "@/api/problem";
import type { WebhookInput } from "@/api/types";
import { EventChoice } from "@/components/EventChoice";

interface Props {
  initial: WebhookInput;
  error: Error | null;
  isPending: boolean;
  action: string;
  onSave: (webhook: WebhookInput) => void;
  onCancel: () => void;
}

const FIELDS = ["name", "url", "events", "rejects_above"];

function Failure({ error }: { error: Error | null }) {
  if (!error) return null;
  const fields = error instanceof ApiError ? Object.keys(error.fields) : [];
  if (fields.some((field) => FIELDS.includes(field))) return null;
  const isStale = error instanceof ApiError && error.status === 412;
  return (
    <Alert color="red" variant="light" role="alert">
      {isStale ? "Somebody else has changed it meanwhile. Close this and look." : toMessage(error)}
    </Alert>
  );
}

/** A webhook to type in: its name, its address, and what it tells of. */
export function WebhookForm({ initial, error, isPending, action, onSave, onCancel }: Props) {
  const [draft, setDraft] = useState(initial);
  const errors = error instanceof ApiError ? error.fields : {};
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSave({ ...draft, name: draft.name.trim() });
      }}
    >
      <Stack gap="md">
        <TextInput
          label="Name"
          placeholder="Warehouse"
          data-autofocus
          maxLength={200}
          value={draft.name}
          error={errors.name}
          onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
        />
        <TextInput
          label="URL"
          description="Messages are sent there by POST."
          type="url"
          placeholder="https://hooks.example.com/rowmill"
          value={draft.url}
          error={errors.url}
          onChange={(event) => setDraft({ ...draft, url: event.currentTarget.value.trim() })}
        />
        <EventChoice
          events={draft.events}
          rejectsAbove={draft.rejects_above}
          error={errors.events}
          onChange={(events) => setDraft({ ...draft, events })}
          onRejectsAbove={(count) => setDraft({ ...draft, rejects_above: count })}
        />
        <Failure error={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
