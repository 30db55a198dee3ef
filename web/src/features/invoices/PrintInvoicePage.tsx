import { Button } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { IconPrinter } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect } from "react";

import { LinkButton } from "@/components/links";
import { LoadError } from "@/components/LoadError";
import { PageLoading } from "@/components/PageLoading";
import { InvoicePaper } from "@/features/invoices/InvoicePaper";
import { invoiceQuery } from "@/features/invoices/invoiceQueries";
import styles from "@/features/invoices/print.module.css";

const route = getRouteApi("/invoices/$id/print");

/** An invoice as it comes out of the printer, which is asked for at once. */
export function PrintInvoicePage() {
  const { id } = route.useParams();
  const { data, error, refetch } = useQuery(invoiceQuery(id));
  const invoice = data?.invoice;
  useDocumentTitle(`Invoice ${invoice?.number ?? id} · Rowmill`);
  const isReady = invoice !== undefined;
  useEffect(() => {
    if (!isReady) return undefined;
    // Once it is drawn: the dialog shows what is on the page.
    const timer = setTimeout(() => window.print(), 300);
    return () => clearTimeout(timer);
  }, [isReady]);
  if (error && !invoice) {
    return <LoadError level={1} error={error} onRetry={() => void refetch()} />;
  }
  if (!invoice) return <PageLoading />;
  return (
    <div className={styles.desk}>
      <nav className={styles.bar} aria-label="Print">
        <LinkButton to="/invoices/$id" params={{ id }} variant="default">
          Back to the invoice
        </LinkButton>
        <Button leftSection={<IconPrinter size={15} />} onClick={() => window.print()}>
          Print
        </Button>
      </nav>
      <main id="main" className={styles.paper}>
        <h1>Invoice {invoice.number}</h1>
        <InvoicePaper invoice={invoice} />
      </main>
    </div>
  );
}
