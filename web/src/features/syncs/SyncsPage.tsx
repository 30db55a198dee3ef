import { useDocumentTitle } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconPlus } from "@tabler/icons-react";

import { ForEditors } from "@/components/ForEditors";
import { LinkButton } from "@/components/links";
import { PageHeader } from "@/components/PageHeader";
import { PagedItems } from "@/components/PagedItems";
import page from "@/components/page.module.css";
import { ShowCurl } from "@/components/ShowCurl";
import { NoSyncs } from "@/features/syncs/NoSyncs";
import { syncsQuery } from "@/features/syncs/syncQueries";
import { SyncTable } from "@/features/syncs/SyncTable";

/** While one is at work its counts are asked for again; events tell of all the rest. */
const WORKING_MS = 2000;

/** Every sync of the workspace, with its state and its next run. */
export function SyncsPage() {
  useDocumentTitle("Syncs · Rowmill");
  const list = useInfiniteQuery({
    ...syncsQuery,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(({ running }) => running))
        ? WORKING_MS
        : false,
  });
  return (
    <div className={page.page}>
      <PageHeader
        title="Syncs"
        lead="What changes in your datasets goes to other systems, by itself."
        actions={
          <ForEditors>
            <LinkButton to="/syncs/new" leftSection={<IconPlus size={16} stroke={2} />}>
              New sync
            </LinkButton>
          </ForEditors>
        }
      />
      <PagedItems list={list} label="syncs" rowHeight={64} empty={<NoSyncs />}>
        {(syncs) => <SyncTable syncs={syncs} />}
      </PagedItems>
      <ShowCurl label="this list" path="/api/syncs" />
    </div>
  );
}
