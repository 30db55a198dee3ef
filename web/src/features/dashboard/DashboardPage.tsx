import { useDocumentTitle } from "@mantine/hooks";

import { dashboardPath } from "@/api/retail";
import type { Dashboard } from "@/api/types";
import { LinkAnchor } from "@/components/links";
import { LoadError } from "@/components/LoadError";
import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { ShowCurl } from "@/components/ShowCurl";
import { ActiveFilters } from "@/features/dashboard/ActiveFilters";
import styles from "@/features/dashboard/dashboard.module.css";
import { DashboardSkeleton } from "@/features/dashboard/DashboardSkeleton";
import { figurePairs } from "@/features/dashboard/dashboardSearch";
import { fieldsIn } from "@/features/dashboard/breakdowns";
import { FilterBar } from "@/features/dashboard/FilterBar";
import { Panels } from "@/features/dashboard/Panels";
import { StartPanel } from "@/features/dashboard/StartPanel";
import { useDashboard } from "@/features/dashboard/useDashboard";

/** First and last day of the sales; null where they have none. */
function spanOf({ first_date: from, last_date: to }: Dashboard) {
  return from === null || to === null ? null : { from, to };
}

/** How the business goes: figures, series, breakdowns and a map, narrowed by filters. */
export function DashboardPage() {
  useDocumentTitle("Dashboard · Rowmill");
  const { search, onSearch, data, error, refetch, isPlaceholderData } = useDashboard();
  return (
    <div className={page.page}>
      <PageHeader
        title="Dashboard"
        lead={
          data?.dataset ? (
            <>
              From{" "}
              <LinkAnchor to="/datasets/$slug" params={{ slug: data.dataset.slug }}>
                {data.dataset.name}
              </LinkAnchor>
            </>
          ) : (
            data && "There are no sales yet. Begin in one of these ways."
          )
        }
      />
      <div className={styles.dashboard}>
        {data?.dataset && (
          <>
            <FilterBar
              search={search}
              fields={fieldsIn(data.available_filters)}
              span={spanOf(data)}
              onSearch={onSearch}
            />
            <ActiveFilters search={search} onSearch={onSearch} />
          </>
        )}
        {!data && !error && <DashboardSkeleton />}
        {error && !data && <LoadError error={error} onRetry={() => void refetch()} />}
        {data && !data.dataset && <StartPanel />}
        {data?.dataset && (
          <div className={styles.fresh} data-stale={isPlaceholderData}>
            <Panels data={data} search={search} onSearch={onSearch} />
            <ShowCurl label="the dashboard" path={dashboardPath(figurePairs(search))} />
          </div>
        )}
      </div>
    </div>
  );
}
