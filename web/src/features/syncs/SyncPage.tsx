import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { isNotFound } from "@/api/problem";
import type { Sync } from "@/api/types";
import { LinkAnchor } from "@/components/links";
import { LoadError } from "@/components/LoadError";
import { NotFoundPage } from "@/components/NotFoundPage";
import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { PageLoading } from "@/components/PageLoading";
import { useCanEdit } from "@/components/useCanEdit";
import { BatchesTab } from "@/features/syncs/BatchesTab";
import { PendingTab } from "@/features/syncs/PendingTab";
import { RejectsTab } from "@/features/syncs/RejectsTab";
import { RunsTab } from "@/features/syncs/RunsTab";
import { SettingsTab } from "@/features/syncs/SettingsTab";
import { SyncActions } from "@/features/syncs/SyncActions";
import { SyncHealth } from "@/features/syncs/SyncHealth";
import { syncQuery } from "@/features/syncs/syncQueries";
import { SyncSummary } from "@/features/syncs/SyncSummary";
import { SyncTabs, toTab, type Tab } from "@/features/syncs/SyncTabs";
import { sourceWords, targetWords } from "@/features/syncs/words";

const route = getRouteApi("/app/syncs/$id");
const WORKING_MS = 2000;

function Lead({ sync }: { sync: Sync }) {
  const { dataset_slug: slug, destination } = sync;
  return (
    <>
      {slug === null ? (
        sourceWords(sync)
      ) : (
        <LinkAnchor to="/datasets/$slug" params={{ slug }} inherit>
          {sourceWords(sync)}
        </LinkAnchor>
      )}{" "}
      <span aria-hidden>→</span>
      <span className="visually-hidden">to</span> {targetWords(destination)}
    </>
  );
}

function TabContent({ tab, sync }: { tab: Tab; sync: Sync }) {
  switch (tab) {
    case "batches":
      return <BatchesTab sync={sync} />;
    case "rejects":
      return <RejectsTab sync={sync} />;
    case "runs":
      return <RunsTab sync={sync} />;
    case "pending":
      return <PendingTab sync={sync} />;
    case "settings":
      return <SettingsTab sync={sync} />;
  }
}

/** One sync: how it is doing, what it sent, what was refused. */
export function SyncPage() {
  const { id } = route.useParams();
  const { tab: asked } = route.useSearch();
  const canEdit = useCanEdit();
  const {
    data: read,
    error,
    refetch,
  } = useQuery({
    ...syncQuery(id),
    refetchInterval: ({ state }) => (state.data?.sync.running ? WORKING_MS : false),
  });
  useDocumentTitle(`${read?.sync.name ?? "Sync"} · Rowmill`);
  if (isNotFound(error)) {
    return <NotFoundPage title="No such sync" message="It may have been deleted." error={error} />;
  }
  if (error && !read) return <LoadError level={1} error={error} onRetry={() => void refetch()} />;
  if (!read) return <PageLoading />;
  const { sync } = read;
  const tab = toTab(asked, canEdit);
  return (
    <div className={page.page} key={sync.id}>
      <div>
        <LinkAnchor to="/syncs" size="sm">
          All syncs
        </LinkAnchor>
      </div>
      <PageHeader
        title={sync.name}
        lead={<Lead sync={sync} />}
        actions={canEdit && <SyncActions sync={sync} />}
      />
      <SyncHealth sync={sync} />
      <SyncSummary sync={sync} />
      <SyncTabs sync={sync} tab={tab} />
      <TabContent tab={tab} sync={sync} />
    </div>
  );
}
