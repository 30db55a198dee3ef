import { CloseButton, SegmentedControl, TextInput } from "@mantine/core";
import { useDebouncedCallback, useDocumentTitle } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useState } from "react";

import { stockPath } from "@/api/retail";
import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { ShowCurl } from "@/components/ShowCurl";
import { StockList } from "@/features/stock/StockList";
import { SHOWN, SHOWN_WORDS, stockPairs, type StockSearch } from "@/features/stock/stockSearch";
import styles from "@/features/stock/stock.module.css";

const route = getRouteApi("/app/stock");

interface FieldProps {
  value: string;
  onChange: (value: string) => void;
}

function SearchField({ value, onChange }: FieldProps) {
  const [text, setText] = useState(value);
  const apply = useDebouncedCallback(onChange, 200);
  const change = (next: string) => {
    setText(next);
    apply(next.trim());
  };
  return (
    <TextInput
      className={styles.search}
      aria-label="Search items"
      placeholder="Search items"
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

/** What is on hand of each item in each store; what runs low comes first. */
export function StockPage() {
  useDocumentTitle("Stock · Rowmill");
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const onSearch = useCallback(
    (next: StockSearch) => void navigate({ search: next, replace: true, resetScroll: false }),
    [navigate],
  );
  return (
    <div className={page.page}>
      <PageHeader title="Stock" lead="On hand = counted + received − sold since." />
      <div className={styles.toolbar}>
        <SegmentedControl
          aria-label="Which stock"
          value={search.show ?? "low"}
          onChange={(show) => onSearch({ ...search, show })}
          data={SHOWN.map((value) => ({ value, label: SHOWN_WORDS[value] }))}
        />
        <SearchField
          value={search.search ?? ""}
          onChange={(text) => onSearch({ ...search, search: text || undefined })}
        />
      </div>
      <StockList search={search} onSearch={onSearch} />
      <ShowCurl label="this list" path={stockPath(stockPairs(search))} />
    </div>
  );
}
