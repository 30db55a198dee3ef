import { Button } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { IconPackages } from "@tabler/icons-react";

import { stockQuery } from "@/api/retail";
import type { StockTotals } from "@/api/types";
import { LinkButton } from "@/components/links";
import { ListSkeleton } from "@/components/ListSkeleton";
import list from "@/components/listTable.module.css";
import { LoadError } from "@/components/LoadError";
import { LoadMore } from "@/components/LoadMore";
import { StateMessage } from "@/components/StateMessage";
import { StockTable } from "@/features/stock/StockTable";
import { stockPairs, type StockSearch } from "@/features/stock/stockSearch";
import { formatExact } from "@/lib/amounts";
import { countOf, formatInteger } from "@/lib/format";

interface Props {
  search: StockSearch;
  onSort: (sort: string | undefined) => void;
  onShowAll: () => void;
}

const ICON = <IconPackages size={22} stroke={1.6} />;

/** Why the list is empty, and the way on from there. */
function NothingHere({ search, onShowAll }: Pick<Props, "search" | "onShowAll">) {
  const { show = "low", search: text, store } = search;
  const isNarrowed = text !== undefined || store !== undefined;
  if (!isNarrowed && show === "all") {
    return (
      <StateMessage
        icon={ICON}
        title="No stock is known yet"
        actions={
          <LinkButton to="/dashboard" variant="default">
            To the dashboard
          </LinkButton>
        }
      >
        <p>
          Import a file of stock (item, store, quantity) or of products with a quantity: what is
          sold since then is taken off.
        </p>
      </StateMessage>
    );
  }
  const title = isNarrowed
    ? "Nothing matches"
    : show === "low"
      ? "Nothing is running low"
      : "Nothing is negative";
  return (
    <StateMessage
      icon={ICON}
      title={title}
      actions={
        <Button variant="default" onClick={onShowAll}>
          Show everything
        </Button>
      }
    >
      {text !== undefined && <p>No item here has “{text}” in its number or name.</p>}
      {store !== undefined && <p>Only the store “{store}” was looked at.</p>}
    </StateMessage>
  );
}

/** The sums over the whole list, of which only a part is on screen. */
function Summary({ totals, isCounted }: { totals: StockTotals; isCounted: boolean }) {
  const parts = [
    countOf(totals.levels, "line"),
    `${formatExact(totals.on_hand)} on hand`,
    totals.negative > 0 && `${formatInteger(totals.negative)} negative`,
    totals.without_opening > 0 && `${formatInteger(totals.without_opening)} never counted in`,
  ];
  return (
    <p className={list.summary} role="status">
      {parts.filter((part) => part !== false).join(" · ")}
      {!isCounted &&
        ". Nothing tells how many there were: import a file of stock, or products with a quantity."}
    </p>
  );
}

/** The stock as it stands, live; more of it comes as one scrolls. */
export function StockList({ search, onSort, onShowAll }: Props) {
  const query = useInfiniteQuery({
    ...stockQuery(stockPairs(search)),
    placeholderData: keepPreviousData,
  });
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  if (error && !data) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (!data) return <ListSkeleton label="stock" />;
  const lines = data.pages.flatMap(({ items }) => items);
  if (lines.length === 0) return <NothingHere search={search} onShowAll={onShowAll} />;
  const [first] = data.pages;
  return (
    <>
      {first && <Summary totals={first.totals} isCounted={first.is_counted} />}
      <div className={list.card} data-stale={query.isPlaceholderData}>
        <StockTable lines={lines} sort={search.sort} onSort={onSort} />
        <LoadMore
          hasMore={hasNextPage}
          isLoading={isFetchingNextPage}
          onMore={() => void fetchNextPage()}
        />
      </div>
    </>
  );
}
