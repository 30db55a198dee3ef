import { SegmentedControl } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useState } from "react";

import { keys } from "@/api/queries";
import { findStores, stockPath } from "@/api/retail";
import list from "@/components/listTable.module.css";
import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { SearchField } from "@/components/SearchField";
import { ShowCurl } from "@/components/ShowCurl";
import { SuggestField } from "@/components/SuggestField";
import { StockList } from "@/features/stock/StockList";
import { SHOWN, SHOWN_WORDS, stockPairs, type StockSearch } from "@/features/stock/stockSearch";
import styles from "@/features/stock/stock.module.css";

const route = getRouteApi("/app/stock");

/** What is on hand of each item in each store; what runs low comes first. */
export function StockPage() {
  useDocumentTitle("Stock · Rowmill");
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const onSearch = useCallback(
    (part: StockSearch) =>
      void navigate({
        search: (now) => ({ ...now, ...part }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  // The fields hold what is being typed; clearing makes them anew.
  const [clears, setClears] = useState(0);
  return (
    <div className={page.page}>
      <PageHeader title="Stock" lead="On hand = counted + received − sold since." />
      <div className={list.toolbar} key={clears}>
        <SegmentedControl
          aria-label="Which stock"
          value={search.show ?? "low"}
          onChange={(show) => onSearch({ show })}
          data={SHOWN.map((value) => ({ value, label: SHOWN_WORDS[value] }))}
        />
        <SearchField
          label="Search items"
          width={260}
          value={search.search ?? ""}
          onChange={(text) => onSearch({ search: text })}
        />
        <SuggestField
          className={styles.store}
          label="Store"
          isExact
          value={search.store ?? ""}
          queryKey={[...keys.stock, "stores"]}
          suggest={findStores}
          onChange={(store) => onSearch({ store })}
        />
      </div>
      <StockList
        search={search}
        onSort={(sort) => onSearch({ sort })}
        onShowAll={() => {
          setClears(clears + 1);
          onSearch({ show: "all", search: undefined, store: undefined });
        }}
      />
      <ShowCurl label="this list" path={stockPath(stockPairs(search))} />
    </div>
  );
}
