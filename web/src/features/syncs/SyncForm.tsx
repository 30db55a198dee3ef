import { Alert, Button, NumberInput, TextInput } from "@mantine/core";
import { useState } from "react";

import { ApiError, toMessage } from "@/api/problem";
import { LeaveGuard } from "@/components/LeaveGuard";
import { ScheduleField } from "@/components/ScheduleField";
import { ChangeFields } from "@/features/syncs/ChangeFields";
import { DestinationFields } from "@/features/syncs/DestinationFields";
import { FieldMapping } from "@/features/syncs/FieldMapping";
import { FormSection } from "@/features/syncs/FormSection";
import { SourceField } from "@/features/syncs/SourceField";
import { StartFields } from "@/features/syncs/StartFields";
import type { Messages, SyncDraft } from "@/features/syncs/syncDraft";
import { otherErrors } from "@/features/syncs/syncErrors";
import styles from "@/features/syncs/syncs.module.css";
import { TestConnection } from "@/features/syncs/TestConnection";

interface Props {
  initial: SyncDraft;
  /** Of the sync that is changed: its id, and which secrets it has. */
  existing: { id: string; secrets: Readonly<Record<string, boolean>> } | null;
  /** Of the last attempt to save. */
  error: Error | null;
  isPending: boolean;
  isDone: boolean;
  action: string;
  onSave: (draft: SyncDraft) => void;
  onCancel: () => void;
}

const NO_SECRETS = {};

function messagesOf(error: Error | null): Messages {
  return error instanceof ApiError ? error.fields : {};
}

function Failure({ error }: { error: Error | null }) {
  if (!error) return null;
  const messages = messagesOf(error);
  const others = otherErrors(messages);
  const isOfFields = Object.keys(messages).length > others.length;
  const isStale = error instanceof ApiError && error.status === 412;
  return (
    <Alert color="red" variant="light" role="alert" title="It is not saved">
      {isStale && "Somebody else has changed this sync meanwhile. Load the page again."}
      {!isStale && (isOfFields ? "Mend what is marked, then save again." : null)}
      {!isStale && Object.keys(messages).length === 0 && toMessage(error)}
      {others.map((message) => (
        <p key={message} className={styles.problem}>
          {message}
        </p>
      ))}
    </Alert>
  );
}

interface WhenProps {
  draft: SyncDraft;
  errors: Messages;
  isNew: boolean;
  onChange: (part: Partial<SyncDraft>) => void;
}

/** When it runs, how much it sends at once, and what a new one begins with. */
function WhenSection({ draft, errors, isNew, onChange }: WhenProps) {
  return (
    <FormSection title="When">
      <ScheduleField
        value={draft.schedule}
        errors={errors}
        onChange={(schedule) => onChange({ schedule })}
      />
      {(draft.target.kind === "http" || draft.target.kind === "postgresql") && (
        <NumberInput
          label="Records in a batch"
          description="At most; each batch is acknowledged for itself."
          w={{ base: "100%", xs: 280 }}
          min={1}
          max={10_000}
          value={draft.batchSize}
          error={errors.batch_size}
          onChange={(value) => onChange({ batchSize: Number(value) })}
        />
      )}
      {isNew && <StartFields draft={draft} onChange={onChange} />}
    </FormSection>
  );
}

/** A sync to type in, from where its records come to when they go. */
export function SyncForm({ initial, existing, error, isPending, isDone, action, ...rest }: Props) {
  const [draft, setDraft] = useState(initial);
  const errors = messagesOf(error);
  const change = (part: Partial<SyncDraft>) => setDraft({ ...draft, ...part });
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        rest.onSave(draft);
      }}
    >
      <LeaveGuard isChanged={draft !== initial && !isDone}>
        What you typed into this sync would be lost.
      </LeaveGuard>
      <FormSection title="What">
        <div className={styles.fields}>
          <TextInput
            label="Name"
            placeholder="Products to the shop"
            data-autofocus
            value={draft.name}
            error={errors.name}
            onChange={(event) => change({ name: event.currentTarget.value })}
          />
          <SourceField
            source={draft.source}
            isFixed={existing !== null}
            error={errors.dataset ?? errors.template}
            onChange={(source) => change({ source, fields: null })}
          />
        </div>
        <ChangeFields
          changes={draft.changes}
          error={errors.changes}
          onChange={(changes) => change({ changes })}
        />
      </FormSection>
      <FormSection title="Where to">
        <DestinationFields
          draft={draft}
          secretsSet={existing?.secrets ?? NO_SECRETS}
          isKindFixed={existing !== null}
          errors={errors}
          onChange={change}
        />
        <TestConnection draft={draft} syncId={existing?.id ?? null} onChange={change} />
      </FormSection>
      <FormSection title="Which fields">
        <FieldMapping
          source={draft.source}
          fields={draft.fields}
          errors={errors}
          onChange={(fields) => change({ fields })}
        />
      </FormSection>
      <WhenSection draft={draft} errors={errors} isNew={existing === null} onChange={change} />
      <Failure error={error} />
      <div className={styles.formFoot}>
        <Button variant="default" onClick={rest.onCancel}>
          Cancel
        </Button>
        <Button type="submit" loading={isPending}>
          {action}
        </Button>
      </div>
    </form>
  );
}
