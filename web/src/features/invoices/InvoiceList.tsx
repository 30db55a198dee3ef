import { Button } from "@mantine/core";
import { IconFileInvoice } from "@tabler/icons-react";

import { ForEditors } from "@/components/ForEditors";
import { LinkButton } from "@/components/links";
import { ListSkeleton } from "@/components/ListSkeleton";
import table from "@/components/listTable.module.css";
import { LoadError } from "@/components/LoadError";
import { StateMessage } from "@/components/StateMessage";
import { invoicePairs, type InvoiceSearch } from "@/features/invoices/invoiceSearch";
import { InvoiceTable } from "@/features/invoices/InvoiceTable";
import styles from "@/features/invoices/invoices.module.css";
import { useInvoices } from "@/features/invoices/useInvoices";
import { countOf } from "@/lib/format";

interface Props {
  search: InvoiceSearch;
  isFiltered: boolean;
  onSort: (sort: string | undefined) => void;
  onClear: () => void;
}

/** Why the list is empty, and the way on from there. */
function NothingHere({ isFiltered, onClear }: Pick<Props, "isFiltered" | "onClear">) {
  return (
    <StateMessage
      icon={<IconFileInvoice size={22} stroke={1.6} />}
      title={isFiltered ? "Nothing matches" : "No invoices yet"}
      actions={
        isFiltered ? (
          <Button variant="default" onClick={onClear}>
            Show all invoices
          </Button>
        ) : (
          <ForEditors>
            <LinkButton to="/invoices/new" variant="default">
              New invoice
            </LinkButton>
          </ForEditors>
        )
      }
    >
      <p>
        {isFiltered
          ? "No invoice has this in its number, customer, store or items within these days."
          : "Write the first one, or import a file of sales: its rows become invoices by their number."}
      </p>
    </StateMessage>
  );
}

/** The invoices as they stand, live; more of them come as one scrolls. */
export function InvoiceList({ search, isFiltered, onSort, onClear }: Props) {
  const { list, rows, isBehind, onLatest } = useInvoices(invoicePairs(search));
  if (list.error && !list.data) {
    return <LoadError error={list.error} onRetry={() => void list.refetch()} />;
  }
  if (!list.data) return <ListSkeleton label="invoices" />;
  if (rows.invoices.length === 0) {
    return <NothingHere isFiltered={isFiltered} onClear={onClear} />;
  }
  return (
    <>
      <p className={table.summary} role="status">
        {rows.total === undefined ? "Counting…" : countOf(rows.total, "invoice")}
      </p>
      <div className={table.card} data-stale={list.isPlaceholderData}>
        <InvoiceTable rows={rows} sort={search.sort} onSort={onSort} />
      </div>
      {isBehind && (
        <div className={styles.behind} role="status">
          The list has changed since.
          <Button size="xs" onClick={onLatest}>
            Show the latest
          </Button>
        </div>
      )}
    </>
  );
}
