import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { IconFileInvoice } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";

import { isNotFound } from "@/api/problem";
import { LinkButton } from "@/components/links";
import { LoadError } from "@/components/LoadError";
import page from "@/components/page.module.css";
import { PageLoading } from "@/components/PageLoading";
import { ShowCurl } from "@/components/ShowCurl";
import { StateMessage } from "@/components/StateMessage";
import { useCanEdit } from "@/components/useCanEdit";
import { EditInvoice } from "@/features/invoices/EditInvoice";
import { InvoiceHistory } from "@/features/invoices/InvoiceHistory";
import { InvoiceSheet } from "@/features/invoices/InvoiceSheet";
import { invoicePath, invoiceQuery } from "@/features/invoices/invoiceQueries";

const route = getRouteApi("/app/invoices/$id");

/** Where there is none of this id, or no longer; what became of it stays readable. */
function Missing({ id }: { id: string }) {
  return (
    <div className={page.page}>
      <StateMessage
        level={1}
        icon={<IconFileInvoice size={22} stroke={1.6} />}
        title="There is no such invoice"
        actions={
          <LinkButton to="/invoices" variant="default">
            All invoices
          </LinkButton>
        }
      >
        <p>It may have been deleted, or have another number now.</p>
      </StateMessage>
      <InvoiceHistory id={id} />
    </div>
  );
}

/** An invoice: to read, or with `?edit=true` to change. */
export function InvoicePage() {
  const { id } = route.useParams();
  const { edit } = route.useSearch();
  const { data, error, refetch } = useQuery(invoiceQuery(id));
  const canEdit = useCanEdit();
  useDocumentTitle(`Invoice ${data?.invoice.number ?? id} · Rowmill`);
  // A form that is open keeps what was typed, whatever happens to the invoice meanwhile.
  if (data && edit !== undefined && canEdit) return <EditInvoice key={id} read={data} />;
  if (isNotFound(error)) return <Missing id={id} />;
  if (error && !data) return <LoadError level={1} error={error} onRetry={() => void refetch()} />;
  if (!data) return <PageLoading />;
  return (
    <div className={page.page}>
      <InvoiceSheet read={data} />
      <InvoiceHistory id={id} />
      <ShowCurl label="this invoice" path={invoicePath(id)} />
    </div>
  );
}
