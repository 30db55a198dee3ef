import { NumberInput, TextInput } from "@mantine/core";

import type { Sync } from "@/api/types";
import formStyles from "@/components/form.module.css";
import { FormFoot } from "@/components/FormFoot";
import { FormSection } from "@/components/FormSection";
import { LeaveGuard } from "@/components/LeaveGuard";
import { SaveFailure } from "@/components/SaveFailure";
import { ScheduleField } from "@/components/ScheduleField";
import { ChangeFields } from "@/features/syncs/ChangeFields";
import { DestinationFields } from "@/features/syncs/DestinationFields";
import { FieldMapping } from "@/features/syncs/FieldMapping";
import { FormPreview } from "@/features/syncs/FormPreview";
import { SourceField } from "@/features/syncs/SourceField";
import { StartFields } from "@/features/syncs/StartFields";
import { keptSecrets, type Messages, type SyncDraft } from "@/features/syncs/syncDraft";
import { otherErrors } from "@/features/syncs/syncErrors";
import styles from "@/features/syncs/syncs.module.css";
import { TestConnection } from "@/features/syncs/TestConnection";
import { useSyncForm, type Saving } from "@/features/syncs/useSyncForm";

interface Props {
  initial: SyncDraft;
  /** The saved one; null for a new one. */
  sync: Sync | null;
  saving: Saving;
  isDone: boolean;
  action: string;
  onSave: (draft: SyncDraft) => void;
  onCancel: () => void;
  /** Where somebody else saved first. */
  onTheirs?: () => void;
  onMine?: (draft: SyncDraft) => void;
}

interface WhenProps {
  draft: SyncDraft;
  errors: Messages;
  isNew: boolean;
  onChange: (part: Partial<SyncDraft>) => void;
}

/** The first delivery of a new one does not wait for its schedule. */
function leadOf({ paused }: SyncDraft, isNew: boolean): string {
  if (!isNew) return "Next run";
  return paused ? "When it is resumed, at once; then" : "As soon as it is saved; then";
}

/** When it runs, how much it sends at once, and what a new one begins with. */
function WhenSection({ draft, errors, isNew, onChange }: WhenProps) {
  return (
    <FormSection title="When" hint="When it looks for changes, and how much goes at once.">
      <ScheduleField
        lead={leadOf(draft, isNew)}
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

/** Of which dataset, and which of its changes. */
function WhatSection({ draft, errors, isNew, onChange }: WhenProps) {
  return (
    <FormSection title="What" hint="Whose changes are sent.">
      <div className={styles.fields}>
        <TextInput
          label="Name"
          placeholder="Products to the shop"
          data-autofocus
          value={draft.name}
          error={errors.name}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
        />
        <SourceField
          source={draft.source}
          isFixed={!isNew}
          error={errors.dataset ?? errors.template}
          onChange={(source) => onChange({ source, fields: null })}
        />
      </div>
      <ChangeFields
        changes={draft.changes}
        error={errors.changes}
        onChange={(changes) => onChange({ changes })}
      />
    </FormSection>
  );
}

/** A sync to type in, from where its records come to when they go. */
export function SyncForm({ initial, sync, saving, isDone, action, onSave, ...rest }: Props) {
  const form = useSyncForm(sync, initial, saving);
  const { draft, errors, change } = form;
  const part = { draft, errors, isNew: sync === null, onChange: change };
  const others = otherErrors(errors);
  const kept = keptSecrets(draft, sync);
  return (
    <form
      className={formStyles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSave(draft);
      }}
    >
      <LeaveGuard isChanged={draft !== initial && !isDone}>
        What you typed into this sync would be lost.
      </LeaveGuard>
      <WhatSection {...part} />
      <FormSection title="Where to" hint="The system that gets the records.">
        <DestinationFields
          {...part}
          secretsSet={kept}
          hasLostSecrets={Object.keys(sync?.secrets ?? {}).length > Object.keys(kept).length}
          isKindFixed={sync !== null}
        />
        <TestConnection
          test={form.test}
          isCurrent={form.isTestCurrent}
          unmarked={others}
          onTest={() => form.test.mutate(draft)}
          onTrust={form.trust}
        />
      </FormSection>
      <FormSection title="Which fields" hint="What each record holds.">
        <FieldMapping
          source={draft.source}
          fields={draft.fields}
          errors={errors}
          onChange={(fields) => change({ fields })}
        />
        <FormPreview
          draft={draft}
          trial={form.trial}
          isCurrent={form.isTrialCurrent}
          unmarked={others}
          onPreview={() => form.trial.mutate(draft)}
        />
      </FormSection>
      <WhenSection {...part} />
      <SaveFailure
        error={saving.error}
        isMarked={Object.keys(errors).length > others.length}
        others={others}
        onTheirs={rest.onTheirs}
        onMine={() => rest.onMine?.(draft)}
      />
      <FormFoot action={action} isPending={saving.isPending} onCancel={rest.onCancel} />
    </form>
  );
}
