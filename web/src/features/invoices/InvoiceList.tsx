import { Button, Skeleton } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { IconFileInvoice } from "@tabler/icons-react";

import type { QueryPairs } from "@/api/queries";
import { LinkButton } from "@/components/links";
import { LoadError } from "@/components/LoadError";
import { LoadMore } from "@/components/LoadMore";
import { StateMessage } from "@/components/StateMessage";
import { invoiceCountQuery, invoicesQuery } from "@/features/invoices/invoiceQueries";
import { invoicePairs, type InvoiceSearch } from "@/features/invoices/invoiceSearch";
import { InvoiceTable } from "@/features/invoices/InvoiceTable";
import styles from "@/features/invoices/invoices.module.css";
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
          <LinkButton to="/invoices/new" variant="default">
            New invoice
          </LinkButton>
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

/** Counted beside the list, which does not wait for it. */
function Count({ pairs }: { pairs: QueryPairs }) {
  const { data } = useQuery({ ...invoiceCountQuery(pairs), placeholderData: keepPreviousData });
  return (
    <p className={styles.summary} role="status">
      {data ? countOf(data.total, "invoice") : "Counting…"}
    </p>
  );
}

function ListSkeleton() {
  return (
    <div className={styles.skeletons} role="status" aria-label="Loading invoices">
      {[0, 1, 2, 3, 4, 5].map((row) => (
        <Skeleton key={row} h={40} />
      ))}
    </div>
  );
}

/** The invoices as they stand, live; more of them come as one scrolls. */
export function InvoiceList({ search, isFiltered, onSort, onClear }: Props) {
  const pairs = invoicePairs(search);
  const query = useInfiniteQuery({ ...invoicesQuery(pairs), placeholderData: keepPreviousData });
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  if (error && !data) {
    return <LoadError error={error} onRetry={() => void refetch()} />;
  }
  if (!data) return <ListSkeleton />;
  const invoices = data.pages.flatMap(({ items }) => items);
  if (invoices.length === 0) return <NothingHere isFiltered={isFiltered} onClear={onClear} />;
  return (
    <>
      <Count pairs={pairs} />
      <div className={styles.card} data-stale={query.isPlaceholderData}>
        <InvoiceTable invoices={invoices} sort={search.sort} onSort={onSort} />
        <LoadMore
          hasMore={hasNextPage}
          isLoading={isFetchingNextPage}
          onMore={() => void fetchNextPage()}
        />
      </div>
    </>
  );
}
