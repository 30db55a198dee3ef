import { MultiSelect, TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";

import { ApiError } from "@/api/problem";
import { FormFoot } from "@/components/FormFoot";
import { LeaveGuard } from "@/components/LeaveGuard";
import { SaveFailure } from "@/components/SaveFailure";
import { ColumnEditor } from "@/features/templates/ColumnEditor";
import {
  columnName,
  otherErrors,
  templateName,
  type TemplateDraft,
} from "@/features/templates/templateDraft";
import styles from "@/features/templates/templates.module.css";

interface Props {
  initial: TemplateDraft;
  /** The name stays: datasets and senders know the template by it. */
  isNameFixed: boolean;
  /** Of the last attempt to save. */
  error: Error | null;
  isPending: boolean;
  action: string;
  onSave: (draft: TemplateDraft) => void;
  onCancel: () => void;
  children?: ReactNode;
}

/** The API's messages by field; a name that is taken belongs to its field too. */
function messagesOf(error: Error | null): Readonly<Record<string, string>> {
  if (!(error instanceof ApiError)) return {};
  return error.status === 409 ? { name: error.message } : error.fields;
}

interface HeadProps extends Pick<Props, "isNameFixed"> {
  draft: TemplateDraft;
  errors: Readonly<Record<string, string>>;
  onChange: (draft: TemplateDraft) => void;
}

function Head({ draft, errors, isNameFixed, onChange }: HeadProps) {
  return (
    <div className={styles.fields}>
      <TextInput
        label="Label"
        description="How people call it."
        placeholder="Returns"
        data-autofocus
        value={draft.label}
        error={errors.label}
        onChange={(event) => onChange({ ...draft, label: event.currentTarget.value })}
      />
      <TextInput
        label="Name"
        description="How the API calls it; it stays for ever."
        disabled={isNameFixed}
        value={templateName(draft)}
        error={errors.name}
        onChange={(event) => onChange({ ...draft, name: event.currentTarget.value || null })}
      />
      <MultiSelect
        label="Key"
        description="Columns that tell one row from another: imports then update. Without, they add."
        placeholder={draft.key.length === 0 ? "No key" : undefined}
        data={draft.columns.map((one) => ({
          value: String(one.key),
          label: one.label || columnName(one) || "unnamed",
        }))}
        value={draft.key.map(String)}
        onChange={(key) => onChange({ ...draft, key: key.map(Number) })}
      />
    </div>
  );
}

/** What a template declares, to type in. */
export function TemplateForm({ initial, isNameFixed, error, isPending, action, ...rest }: Props) {
  const [draft, setDraft] = useState(initial);
  // Messages name columns by position: they hold for the columns that were sent.
  const [sent, setSent] = useState(initial.columns);
  const errors = messagesOf(error);
  const others = otherErrors(errors);
  const isSame =
    sent.length === draft.columns.length &&
    sent.every(({ key }, index) => draft.columns[index]?.key === key);
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setSent(draft.columns);
        rest.onSave(draft);
      }}
    >
      <LeaveGuard isChanged={draft !== initial}>
        What you typed into this template would be lost.
      </LeaveGuard>
      <SaveFailure
        error={error}
        isMarked={Object.keys(errors).length > others.length}
        others={others}
      />
      <Head draft={draft} errors={errors} isNameFixed={isNameFixed} onChange={setDraft} />
      <ColumnEditor
        columns={draft.columns}
        errors={isSame ? errors : {}}
        onChange={(columns) => {
          const left = new Set(columns.map(({ key }) => key));
          setDraft({ ...draft, columns, key: draft.key.filter((one) => left.has(one)) });
        }}
      />
      {rest.children}
      <FormFoot action={action} isPending={isPending} onCancel={rest.onCancel} />
    </form>
  );
}
