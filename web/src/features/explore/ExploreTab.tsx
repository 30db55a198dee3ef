import { IconChartBarOff } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { aggregateQuery, datasetQuery, exploreQuery } from "@/api/queries";
import type { DatasetDetail, Explore } from "@/api/types";
import { FilterChips } from "@/components/FilterChips";
import { LoadError } from "@/components/LoadError";
import { StateMessage } from "@/components/StateMessage";
import { chooseGrain, chooseMetric, totalsAggregation } from "@/features/explore/exploreState";
import { DimensionCard } from "@/features/explore/DimensionCard";
import { ExploreSkeleton } from "@/features/explore/ExploreSkeleton";
import styles from "@/features/explore/explore.module.css";
import { KeyFigures } from "@/features/explore/KeyFigures";
import { TimeCard } from "@/features/explore/TimeCard";
import { useExploreState } from "@/features/explore/useExplore";
import { filterPairs } from "@/lib/filters";

interface Props {
  explore: Explore;
  dataset: DatasetDetail;
}

function Charts({ explore, dataset }: Props) {
  const { slug, filters, grain, measure, setFilters, setGrain, setMeasure } = useExploreState();
  const metric = chooseMetric(explore, measure);
  const totals = useQuery({
    ...aggregateQuery(slug, totalsAggregation(explore), filterPairs(filters)),
    placeholderData: keepPreviousData,
  });
  const chips = <FilterChips filters={filters} columns={dataset.columns} onChange={setFilters} />;
  // What is wrong with the filters would be wrong in every chart: it is said once.
  if (totals.error && !totals.data) {
    return (
      <div className={styles.explore}>
        {chips}
        <LoadError error={totals.error} onRetry={() => void totals.refetch()} />
      </div>
    );
  }
  return (
    <div className={styles.explore}>
      {chips}
      <KeyFigures
        totals={totals.data?.items[0]}
        explore={explore}
        filters={filters}
        metric={metric}
        onMetric={setMeasure}
      />
      {explore.time && (
        <TimeCard
          slug={slug}
          time={explore.time}
          metric={metric}
          grain={chooseGrain(explore, grain)}
          filters={filters}
          onFilters={setFilters}
          onGrain={setGrain}
        />
      )}
      <div className={styles.dimensions}>
        {explore.dimensions.map((dimension) => (
          <DimensionCard
            key={dimension.column}
            slug={slug}
            dimension={dimension}
            metric={metric}
            filters={filters}
            onFilters={setFilters}
          />
        ))}
      </div>
    </div>
  );
}

export function ExploreTab() {
  const { slug } = useExploreState();
  const { data: dataset } = useQuery(datasetQuery(slug));
  const hasData = dataset !== undefined && dataset.version !== null;
  const { data: explore, error, refetch } = useQuery({ ...exploreQuery(slug), enabled: hasData });
  if (dataset && !hasData) {
    return (
      <StateMessage icon={<IconChartBarOff size={22} stroke={1.6} />} title="Nothing to show yet">
        <p>Charts appear here as soon as the first import is through.</p>
      </StateMessage>
    );
  }
  if (dataset?.row_count === 0) {
    return (
      <StateMessage icon={<IconChartBarOff size={22} stroke={1.6} />} title="No rows yet">
        <p>The dataset has columns but no rows. Add data to see charts.</p>
      </StateMessage>
    );
  }
  if (error && !explore) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (!dataset || !explore) return <ExploreSkeleton />;
  return <Charts explore={explore} dataset={dataset} />;
}
