import { useDocumentTitle } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useState } from "react";

import { ForEditors } from "@/components/ForEditors";
import { LinkButton } from "@/components/links";
import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { ShowCurl } from "@/components/ShowCurl";
import { InvoiceFilters } from "@/features/invoices/InvoiceFilters";
import { InvoiceList } from "@/features/invoices/InvoiceList";
import { invoicesPath } from "@/features/invoices/invoiceQueries";
import {
  invoicePairs,
  isNarrowed,
  unfiltered,
  type InvoiceSearch,
} from "@/features/invoices/invoiceSearch";

const route = getRouteApi("/app/invoices");

/** All invoices, the newest first. */
export function InvoicesPage() {
  useDocumentTitle("Invoices · Rowmill");
  const search = route.useSearch();
  const navigate = route.useNavigate();
  // What was typed a moment ago is put into the address as it is then.
  const onSearch = useCallback(
    (part: InvoiceSearch) =>
      void navigate({
        search: (now) => ({ ...now, ...part }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  // Clearing from below the fields makes them anew.
  const [clears, setClears] = useState(0);
  const onClear = () => {
    setClears(clears + 1);
    onSearch(unfiltered(search));
  };
  return (
    <div className={page.page}>
      <PageHeader
        title="Invoices"
        lead="What is in the sales dataset, by invoice number."
        actions={
          <ForEditors>
            <LinkButton to="/invoices/new" leftSection={<IconPlus size={16} />}>
              New invoice
            </LinkButton>
          </ForEditors>
        }
      />
      <InvoiceFilters key={clears} search={search} onSearch={onSearch} onClear={onClear} />
      <InvoiceList
        search={search}
        isFiltered={isNarrowed(search)}
        onSort={(sort) => onSearch({ sort })}
        onClear={onClear}
      />
      <ShowCurl label="this list" path={invoicesPath(invoicePairs(search))} />
    </div>
  );
}
