import { IconTableOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";

import { datasetQuery } from "@/api/queries";
import { PageLoading } from "@/components/PageLoading";
import { StateMessage } from "@/components/StateMessage";
import { RecordsView } from "@/features/records/RecordsView";
import { useTableState } from "@/features/records/useTableState";

export function TableTab() {
  const { slug } = useTableState();
  const { data: dataset } = useQuery(datasetQuery(slug));
  if (!dataset) return <PageLoading />;
  if (dataset.version === null) {
    return (
      <StateMessage icon={<IconTableOff size={22} stroke={1.6} />} title="No rows yet">
        <p>Rows appear here as soon as the first import is through.</p>
      </StateMessage>
    );
  }
  return <RecordsView dataset={dataset} />;
}
