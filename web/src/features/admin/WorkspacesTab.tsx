import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { workspacesQuery } from "@/api/admin";
import { ShowCurl } from "@/components/ShowCurl";
import styles from "@/features/admin/admin.module.css";
import { PagedTable } from "@/features/admin/PagedTable";
import { SearchField } from "@/components/SearchField";
import { WorkspaceRow } from "@/features/admin/WorkspaceRow";
import { addressOf } from "@/lib/address";

const route = getRouteApi("/app/admin/workspaces");

export function WorkspacesTab() {
  const { search } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useInfiniteQuery(workspacesQuery(search));
  return (
    <>
      <div className={styles.toolbar}>
        <SearchField
          label="Search workspaces"
          value={search ?? ""}
          onChange={(text) => {
            void navigate({ search: { search: text }, replace: true });
          }}
        />
      </div>
      <PagedTable
        list={list}
        label="Workspaces"
        headings={["Workspace", "Storage", "Rows", "Jobs at once", "Datasets", "Actions"]}
        empty="No workspace matches"
      >
        {(workspace) => <WorkspaceRow key={workspace.id} workspace={workspace} />}
      </PagedTable>
      <ShowCurl label="the list" path={addressOf("/api/admin/workspaces", { search })} />
    </>
  );
}
