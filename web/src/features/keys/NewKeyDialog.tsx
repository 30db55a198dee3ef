import { Alert, Button, Group, Modal, Radio, Select, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";

import { api, unwrap } from "@/api/client";
import { ApiError, toMessage } from "@/api/problem";
import { keys } from "@/api/queries";
import type { ApiKey, CreatedApiKey } from "@/api/types";
import { CodeBlock } from "@/components/CodeBlock";
import { ForEditors } from "@/components/ForEditors";
import { expiryOf, LIVES, toLife, type Life } from "@/features/keys/expiry";
import styles from "@/features/keys/keys.module.css";

interface Props {
  opened: boolean;
  onClose: () => void;
}

interface Draft {
  name: string;
  scope: ApiKey["scope"];
  life: Life;
}

function useCreate() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ name, scope, life }: Draft) =>
      unwrap(api.POST("/api/keys", { body: { name, scope, expires_at: expiryOf(life) } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.apiKeys }),
  });
}

function Made({ made, onClose }: { made: CreatedApiKey; onClose: () => void }) {
  const call = `curl -H "Authorization: Bearer ${made.key}" ${window.location.origin}/api/datasets`;
  return (
    <div className={styles.made}>
      <p>
        Copy the key of <b>{made.name}</b> now. It is shown this once only.
      </p>
      <CodeBlock label="the key" code={made.key} />
      <p className="muted">Try it:</p>
      <CodeBlock label="a first request" code={call} />
      <Button style={{ justifySelf: "end" }} onClick={onClose}>
        Done
      </Button>
    </div>
  );
}

interface FieldProps {
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
  nameError: string | undefined;
}

function Fields({ draft, onChange, nameError }: FieldProps) {
  return (
    <>
      <TextInput
        label="Name"
        description="What it is for, so that you know it again."
        placeholder="nightly export"
        data-autofocus
        maxLength={100}
        value={draft.name}
        error={nameError}
        onChange={(event) => {
          onChange({ name: event.currentTarget.value });
        }}
      />
      <Radio.Group
        label="It may"
        value={draft.scope}
        onChange={(scope) => {
          onChange({ scope: scope === "write" ? "write" : "read" });
        }}
      >
        <Group mt={6} gap="lg">
          <Radio value="read" label="Read" />
          <ForEditors>
            <Radio value="write" label="Read and write" />
          </ForEditors>
        </Group>
      </Radio.Group>
      <Select
        label="Good for"
        allowDeselect={false}
        data={[...LIVES]}
        value={draft.life}
        onChange={(life) => {
          onChange({ life: toLife(life) });
        }}
      />
    </>
  );
}

function KeyForm({ onClose }: { onClose: () => void }) {
  const [draft, setDraft] = useState<Draft>({ name: "", scope: "read", life: "90" });
  const [isTried, setTried] = useState(false);
  const create = useCreate();
  const fields = create.error instanceof ApiError ? create.error.fields : {};
  const isMissing = isTried && draft.name.trim() === "";
  const onSubmit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (draft.name.trim() !== "") create.mutate(draft);
  };
  if (create.data) return <Made made={create.data} onClose={onClose} />;
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        <Fields
          draft={draft}
          nameError={isMissing ? "Enter a name." : fields.name}
          onChange={(part) => {
            setDraft({ ...draft, ...part });
          }}
        />
        {create.error && fields.name === undefined && (
          <Alert color="red" variant="light" role="alert">
            {toMessage(create.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button type="submit" loading={create.isPending}>
            Make key
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function NewKeyDialog({ opened, onClose }: Props) {
  return (
    // A click beside the dialog must not lose a key that nobody has copied.
    <Modal opened={opened} onClose={onClose} title="New API key" closeOnClickOutside={false}>
      <KeyForm onClose={onClose} />
    </Modal>
  );
}
