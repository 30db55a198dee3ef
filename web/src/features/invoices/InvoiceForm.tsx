import { useState, type ReactNode } from "react";

import { ApiError } from "@/api/problem";
import { FormFoot } from "@/components/FormFoot";
import { LeaveGuard } from "@/components/LeaveGuard";
import { SaveFailure } from "@/components/SaveFailure";
import { HeadFields } from "@/features/invoices/HeadFields";
import { otherErrors, type InvoiceDraft } from "@/features/invoices/invoiceDraft";
import styles from "@/features/invoices/invoices.module.css";
import { LineEditor } from "@/features/invoices/LineEditor";

interface Props {
  initial: InvoiceDraft;
  /** Of the last attempt to save; null when there was none, or it went well. */
  error: Error | null;
  isPending: boolean;
  action: string;
  onSave: (draft: InvoiceDraft) => void;
  onCancel: () => void;
  /** What has to be decided before saving again. */
  children?: ReactNode;
}

/** The API's messages by field; a number that is taken belongs to its field too. */
function messagesOf(error: Error | null): Readonly<Record<string, string>> {
  if (!(error instanceof ApiError)) return {};
  return error.status === 409 ? { number: error.message, ...error.fields } : error.fields;
}

export function InvoiceForm({ initial, error, isPending, action, ...rest }: Props) {
  const [draft, setDraft] = useState(initial);
  // Messages name lines by position: they hold for as many lines as were sent.
  const [sentLines, setSentLines] = useState(initial.lines);
  const errors = messagesOf(error);
  const others = otherErrors(errors, sentLines.length).map(([name, words]) => `${name}: ${words}`);
  // What somebody else saved first is shown with the choice that it leaves.
  const isConflict = error instanceof ApiError && error.status === 412;
  const isSameLines =
    sentLines.length <= draft.lines.length &&
    sentLines.every(({ key }, index) => draft.lines[index]?.key === key);
  const save = () => {
    setSentLines(draft.lines);
    rest.onSave(draft);
  };
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <LeaveGuard isChanged={draft !== initial}>
        What you typed into this invoice would be lost.
      </LeaveGuard>
      {!isConflict && (
        <SaveFailure
          error={error}
          isMarked={Object.keys(errors).length > others.length}
          others={others}
        />
      )}
      {rest.children}
      <HeadFields draft={draft} errors={errors} onChange={setDraft} />
      <LineEditor
        lines={draft.lines}
        errors={isSameLines ? errors : {}}
        onChange={(lines) => setDraft({ ...draft, lines })}
      />
      <FormFoot action={action} isPending={isPending} onCancel={rest.onCancel} />
    </form>
  );
}
