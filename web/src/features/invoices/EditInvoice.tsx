import { Alert, Button, Group } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { ApiError, isNotFound } from "@/api/problem";
import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { ChangeList } from "@/features/invoices/ChangeList";
import { changesBetween } from "@/features/invoices/changes";
import { draftOf, inputOf, type InvoiceDraft } from "@/features/invoices/invoiceDraft";
import { InvoiceForm } from "@/features/invoices/InvoiceForm";
import {
  invoiceQuery,
  readNow,
  replaceInvoice,
  type ReadInvoice,
} from "@/features/invoices/invoiceQueries";

interface ConflictProps {
  began: ReadInvoice;
  onTheirs: (now: ReadInvoice) => void;
  onMine: (now: ReadInvoice) => void;
}

/** What somebody else saved meanwhile, and the choice between that and one's own. */
function Conflict({ began, onTheirs, onMine }: ConflictProps) {
  const id = began.invoice.invoice_id;
  const { data: now, error } = useQuery({
    queryKey: [...invoiceQuery(id).queryKey, "conflict"],
    queryFn: () => readNow(id),
  });
  const title = "Somebody changed this invoice while you did";
  if (isNotFound(error)) {
    return (
      <Alert color="red" role="alert" title="Somebody deleted this invoice while you changed it">
        Nothing was saved. Copy what you need into a new invoice.
      </Alert>
    );
  }
  return (
    <Alert color="yellow" role="alert" title={title}>
      <p>Nothing was saved yet. This is what they changed; if you keep yours, save it again:</p>
      {now && (
        <>
          <ChangeList changes={changesBetween(began.invoice, now.invoice)} />
          <Group gap="xs" mt="sm">
            <Button size="xs" variant="default" onClick={() => onTheirs(now)}>
              Take theirs, drop mine
            </Button>
            <Button size="xs" color="red" variant="light" onClick={() => onMine(now)}>
              Keep mine
            </Button>
          </Group>
        </>
      )}
    </Alert>
  );
}

interface Saving {
  draft: InvoiceDraft;
  etag: string | null;
}

/** The form over an invoice as it was when the form opened. */
export function EditInvoice({ read }: { read: ReadInvoice }) {
  const [began, setBegan] = useState(read);
  const [initial, setInitial] = useState(() => draftOf(read.invoice));
  /** A form begins anew with each time that theirs is taken. */
  const [takes, setTakes] = useState(0);
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const id = began.invoice.invoice_id;
  const show = (to: string, ignoreBlocker: boolean) =>
    navigate({ to: "/invoices/$id", params: { id: to }, replace: true, ignoreBlocker });
  const saving = useMutation({
    mutationFn: ({ draft, etag }: Saving) => replaceInvoice(id, etag, inputOf(draft)),
    onSuccess: async (invoice) => {
      await show(invoice.invoice_id, true);
      await queryClient.invalidateQueries({ queryKey: invoiceQuery(id).queryKey });
    },
  });
  const { error } = saving;
  const isConflict = error instanceof ApiError && error.status === 412;
  const takeTheirs = (now: ReadInvoice) => {
    setBegan(now);
    setTakes(takes + 1);
    setInitial(draftOf(now.invoice));
    saving.reset();
  };
  // What was typed stays, also after the attempt; saving again then replaces what they saved.
  const keepMine = (now: ReadInvoice) => {
    setBegan(now);
    saving.reset();
  };
  return (
    <div className={page.page}>
      <PageHeader title={`Edit invoice ${began.invoice.number}`} />
      <InvoiceForm
        key={takes}
        initial={initial}
        error={error}
        isPending={saving.isPending}
        action="Save changes"
        onSave={(draft) => saving.mutate({ draft, etag: began.etag })}
        onCancel={() => void show(id, false)}
      >
        {isConflict && <Conflict began={began} onTheirs={takeTheirs} onMine={keepMine} />}
      </InvoiceForm>
    </div>
  );
}
