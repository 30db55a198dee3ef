import { IconPencil, IconPrinter } from "@tabler/icons-react";

import { ForEditors } from "@/components/ForEditors";
import { LinkAnchor, LinkButton } from "@/components/links";
import { PageHeader } from "@/components/PageHeader";
import { DeleteInvoice } from "@/features/invoices/DeleteInvoice";
import { InvoicePaper } from "@/features/invoices/InvoicePaper";
import type { ReadInvoice } from "@/features/invoices/invoiceQueries";
import styles from "@/features/invoices/invoices.module.css";

function Actions({ read }: { read: ReadInvoice }) {
  const { invoice_id: id } = read.invoice;
  return (
    <div className={styles.actions}>
      <ForEditors>
        <LinkButton
          to="/invoices/$id"
          params={{ id }}
          search={{ edit: "true" }}
          variant="default"
          leftSection={<IconPencil size={15} />}
        >
          Edit
        </LinkButton>
      </ForEditors>
      <LinkButton
        to="/invoices/$id/print"
        params={{ id }}
        variant="default"
        leftSection={<IconPrinter size={15} />}
      >
        Print
      </LinkButton>
      <ForEditors>
        <DeleteInvoice read={read} />
      </ForEditors>
    </div>
  );
}

/** The invoice to read, and what can be done with it. */
export function InvoiceSheet({ read }: { read: ReadInvoice }) {
  const { invoice } = read;
  return (
    <article className={styles.sheet} aria-label={`Invoice ${invoice.number}`}>
      <div>
        <LinkAnchor to="/invoices" size="sm">
          All invoices
        </LinkAnchor>
      </div>
      <PageHeader title={`Invoice ${invoice.number}`} actions={<Actions read={read} />} />
      <InvoicePaper invoice={invoice} />
    </article>
  );
}
