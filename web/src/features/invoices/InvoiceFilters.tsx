import { Button, TextInput } from "@mantine/core";

import { keys } from "@/api/queries";
import { findValues } from "@/api/retail";
import list from "@/components/listTable.module.css";
import { SearchField } from "@/components/SearchField";
import { SuggestField } from "@/components/SuggestField";
import { isNarrowed, type InvoiceSearch } from "@/features/invoices/invoiceSearch";
import styles from "@/features/invoices/invoices.module.css";

interface Props {
  search: InvoiceSearch;
  onSearch: (part: InvoiceSearch) => void;
  onClear: () => void;
}

/** Filters with values of their own, and the column those are found in. */
const PLACES = [
  { name: "store", label: "Store", field: "store_name" },
  { name: "city", label: "City", field: "city" },
  { name: "customer", label: "Customer", field: "customer" },
] as const;

const DAYS = [
  { name: "from", label: "From day" },
  { name: "to", label: "To day" },
] as const;

/** What the list of invoices is narrowed by; all of it stands in the address. */
export function InvoiceFilters({ search, onSearch, onClear }: Props) {
  return (
    <div className={list.toolbar} role="search">
      <SearchField
        label="Search invoices"
        placeholder="Number, customer, store or item"
        value={search.search ?? ""}
        onChange={(text) => onSearch({ search: text })}
      />
      {PLACES.map(({ name, label, field }) => (
        <SuggestField
          key={name}
          className={styles.filter}
          label={label}
          value={search[name] ?? ""}
          queryKey={[...keys.dashboard, "texts", field]}
          suggest={(text, signal) => findValues(field, text, signal)}
          onChange={(text) => onSearch({ [name]: text })}
        />
      ))}
      {DAYS.map(({ name, label }) => (
        <TextInput
          key={name}
          type="date"
          className={styles.day}
          aria-label={label}
          title={label}
          value={search[name] ?? ""}
          onChange={(event) => onSearch({ [name]: event.currentTarget.value || undefined })}
        />
      ))}
      {isNarrowed(search) && (
        <Button variant="subtle" color="gray" onClick={onClear}>
          Clear
        </Button>
      )}
    </div>
  );
}
