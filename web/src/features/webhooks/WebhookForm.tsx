import { Stack, TextInput } from "@mantine/core";
import { useState } from "react";

import { ApiError } from "@/api/problem";
import type { WebhookInput } from "@/api/types";
import { EventChoice } from "@/components/EventChoice";
import { FormFoot } from "@/components/FormFoot";
import { SaveFailure } from "@/components/SaveFailure";

interface Props {
  initial: WebhookInput;
  error: Error | null;
  isPending: boolean;
  action: string;
  onSave: (webhook: WebhookInput) => void;
  onCancel: () => void;
  /** Where somebody else saved first. */
  onTheirs?: () => void;
  onMine?: (webhook: WebhookInput) => void;
}

const FIELDS: readonly string[] = ["name", "url", "events", "rejects_above"];

/** A webhook to type in: its name, its address, and what it tells of. */
export function WebhookForm({ initial, error, isPending, action, onSave, ...rest }: Props) {
  const [draft, setDraft] = useState(initial);
  const errors = error instanceof ApiError ? error.fields : {};
  const others = Object.keys(errors).filter((field) => !FIELDS.includes(field));
  const typed = { ...draft, name: draft.name.trim() };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSave(typed);
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
        <SaveFailure
          error={error}
          isMarked={Object.keys(errors).length > others.length}
          others={others.map((field) => errors[field] ?? "")}
          onTheirs={rest.onTheirs}
          onMine={() => rest.onMine?.(typed)}
        />
        <FormFoot action={action} isPending={isPending} onCancel={rest.onCancel} />
      </Stack>
    </form>
  );
}
