import { useDocumentTitle } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { draftOf, inputOf, type InvoiceDraft } from "@/features/invoices/invoiceDraft";
import { InvoiceForm } from "@/features/invoices/InvoiceForm";
import { createInvoice } from "@/features/invoices/invoiceQueries";

/** The day where the person is, not in Greenwich. */
function today(): string {
  const now = new Date();
  const parts = [now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0"));
  return [String(now.getFullYear()), ...parts].join("-");
}

export function NewInvoicePage() {
  useDocumentTitle("New invoice · Rowmill");
  const navigate = useNavigate();
  const [initial] = useState(() => draftOf(null, today()));
  const creation = useMutation({
    mutationFn: (draft: InvoiceDraft) => createInvoice(inputOf(draft)),
    onSuccess: ({ invoice_id: id }) =>
      navigate({ to: "/invoices/$id", params: { id }, replace: true, ignoreBlocker: true }),
  });
  return (
    <div className={page.page}>
      <PageHeader title="New invoice" lead="Enter in a line adds another one." />
      <InvoiceForm
        initial={initial}
        error={creation.error}
        isPending={creation.isPending}
        action="Create invoice"
        onSave={(draft) => creation.mutate(draft)}
        onCancel={() => void navigate({ to: "/invoices" })}
      />
    </div>
  );
}
