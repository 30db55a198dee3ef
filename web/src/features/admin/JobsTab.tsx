import { CloseButton, Select } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { jobsQuery } from "@/api/admin";
import type { JobStatus } from "@/api/types";
import { ShowCurl } from "@/components/ShowCurl";
import styles from "@/features/admin/admin.module.css";
import { JobRow } from "@/features/admin/JobRow";
import { JOB_KINDS } from "@/features/admin/kinds";
import { PagedTable } from "@/features/admin/PagedTable";
import { addressOf } from "@/lib/address";

const route = getRouteApi("/app/admin/jobs");

const STATES: readonly { value: JobStatus; label: string }[] = [
  { value: "pending", label: "Waiting" },
  { value: "running", label: "Running" },
  { value: "succeeded", label: "Succeeded" },
  { value: "failed", label: "Failed" },
  { value: "cancelled", label: "Cancelled" },
];

export function JobsTab() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const status = STATES.find(({ value }) => value === search.status)?.value;
  const { kind, workspace } = search;
  const list = useInfiniteQuery(jobsQuery({ status, kind, workspace }));
  const name = list.data?.pages[0]?.items[0]?.workspace.name ?? workspace;
  const change = (part: Partial<typeof search>) => {
    void navigate({ search: (old) => ({ ...old, ...part }), replace: true });
  };
  return (
    <>
      <div className={styles.toolbar}>
        <Select
          aria-label="State"
          placeholder="Any state"
          clearable
          w={160}
          data={[...STATES]}
          value={status ?? null}
          onChange={(value) => {
            change({ status: value ?? undefined });
          }}
        />
        <Select
          aria-label="Kind"
          placeholder="Any kind"
          clearable
          w={160}
          data={JOB_KINDS}
          value={kind ?? null}
          onChange={(value) => {
            change({ kind: value ?? undefined });
          }}
        />
        {workspace !== undefined && (
          <span className={styles.chip}>
            <span className="truncate">Workspace {name}</span>
            <CloseButton
              size="xs"
              aria-label="Show the jobs of all workspaces"
              onClick={() => {
                change({ workspace: undefined });
              }}
            />
          </span>
        )}
      </div>
      <PagedTable
        list={list}
        label="Jobs"
        headings={["Job", "Workspace", "State", "Begun", "Took", "Attempts", "Actions"]}
        empty="No job matches"
      >
        {(job) => <JobRow key={job.id} job={job} />}
      </PagedTable>
      <ShowCurl label="the list" path={addressOf("/api/admin/jobs", { status, kind, workspace })} />
    </>
  );
}
