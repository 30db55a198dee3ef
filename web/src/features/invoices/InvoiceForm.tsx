import { Alert, Button } from "@mantine/core";
import { useState, type ReactNode } from "react";

import { ApiError, toMessage } from "@/api/problem";
import { LeaveGuard } from "@/components/LeaveGuard";
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

function Failure({ error, lineCount }: { error: Error | null; lineCount: number }) {
  if (!error || (error instanceof ApiError && error.status === 412)) return null;
  const messages = messagesOf(error);
  const others = otherErrors(messages, lineCount);
  const isOfFields = Object.keys(messages).length > 0;
  return (
    <Alert color="red" role="alert" title="It is not saved">
      {isOfFields ? "Mend the fields that are marked, then save again." : toMessage(error)}
      {others.map(([name, message]) => (
        <p key={name} className={styles.problem}>
          {name}: {message}
        </p>
      ))}
    </Alert>
  );
}

export function InvoiceForm({ initial, error, isPending, action, ...rest }: Props) {
  const [draft, setDraft] = useState(initial);
  // Messages name lines by position: they hold for as many lines as were sent.
  const [sentLines, setSentLines] = useState(initial.lines);
  const errors = messagesOf(error);
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
      <Failure error={error} lineCount={sentLines.length} />
      {rest.children}
      <HeadFields draft={draft} errors={errors} onChange={setDraft} />
      <LineEditor
        lines={draft.lines}
        errors={isSameLines ? errors : {}}
        onChange={(lines) => setDraft({ ...draft, lines })}
      />
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
