import { Button, CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback, useDocumentTitle } from "@mantine/hooks";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useState } from "react";

import { LinkButton } from "@/components/links";
import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { ShowCurl } from "@/components/ShowCurl";
import { InvoiceList } from "@/features/invoices/InvoiceList";
import { invoicesPath } from "@/features/invoices/invoiceQueries";
import { invoicePairs, type InvoiceSearch } from "@/features/invoices/invoiceSearch";
import styles from "@/features/invoices/invoices.module.css";

const route = getRouteApi("/app/invoices");

interface FieldProps {
  value: string;
  onChange: (value: string) => void;
}

function SearchField({ value, onChange }: FieldProps) {
  const [text, setText] = useState(value);
  const apply = useDebouncedCallback(onChange, 250);
  const change = (next: string) => {
    setText(next);
    apply(next.trim());
  };
  return (
    <TextInput
      className={styles.search}
      aria-label="Search invoices"
      placeholder="Number, customer, store or item"
      leftSection={<IconSearch size={15} stroke={1.7} />}
      rightSection={
        text !== "" && (
          <CloseButton size="sm" aria-label="Clear search" onClick={() => change("")} />
        )
      }
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

function DayField({ label, value, onChange }: FieldProps & { label: string }) {
  return (
    <TextInput
      type="date"
      className={styles.day}
      aria-label={label}
      title={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

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
  const isFiltered = [search.search, search.from, search.to].some((one) => one !== undefined);
  // The field holds what is being typed; clearing makes it anew.
  const [clears, setClears] = useState(0);
  const onClear = () => {
    setClears(clears + 1);
    onSearch({ search: undefined, from: undefined, to: undefined });
  };
  return (
    <div className={page.page}>
      <PageHeader
        title="Invoices"
        lead="What is in the sales dataset, by invoice number."
        actions={
          <LinkButton to="/invoices/new" leftSection={<IconPlus size={16} />}>
            New invoice
          </LinkButton>
        }
      />
      <div className={styles.toolbar} role="search">
        <SearchField
          key={clears}
          value={search.search ?? ""}
          onChange={(text) => onSearch({ search: text || undefined })}
        />
        <DayField
          label="From day"
          value={search.from ?? ""}
          onChange={(day) => onSearch({ from: day || undefined })}
        />
        <DayField
          label="To day"
          value={search.to ?? ""}
          onChange={(day) => onSearch({ to: day || undefined })}
        />
        {isFiltered && (
          <Button variant="subtle" color="gray" onClick={onClear}>
            Clear
          </Button>
        )}
      </div>
      <InvoiceList
        search={search}
        isFiltered={isFiltered}
        onSort={(sort) => onSearch({ sort })}
        onClear={onClear}
      />
      <ShowCurl label="this list" path={invoicesPath(invoicePairs(search))} />
    </div>
  );
}
