import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";

import { auditQuery } from "@/api/admin";
import type { AuditEvent } from "@/api/types";
import { ShowCurl } from "@/components/ShowCurl";
import styles from "@/features/admin/admin.module.css";
import { AuditDrawer } from "@/features/admin/AuditDrawer";
import { AuditFilters } from "@/features/admin/AuditFilters";
import { AuditRow } from "@/features/admin/AuditRow";
import { PagedTable } from "@/features/admin/PagedTable";
import { dayStart, nextDay } from "@/features/admin/days";
import { addressOf } from "@/lib/address";

const route = getRouteApi("/app/admin/audit");

/** Who did what, where and when, over all workspaces. */
export function AuditTab() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [open, setOpen] = useState<AuditEvent | null>(null);
  const { user, workspace, kind } = search;
  const filter = {
    user,
    workspace,
    kind,
    since: dayStart(search.since),
    until: nextDay(search.until),
  };
  const list = useInfiniteQuery(auditQuery(filter));
  return (
    <>
      <div className={styles.filters}>
        <AuditFilters
          filter={search}
          onChange={(part) => {
            void navigate({ search: (old) => ({ ...old, ...part }), replace: true });
          }}
        />
      </div>
      <PagedTable
        list={list}
        label="Events"
        headings={["Event", "Who", "Workspace", "When"]}
        empty="No event matches"
      >
        {(event) => <AuditRow key={event.id} event={event} onOpen={setOpen} />}
      </PagedTable>
      <ShowCurl label="the log" path={addressOf("/api/admin/audit", { ...filter })} />
      <AuditDrawer
        event={open}
        onClose={() => {
          setOpen(null);
        }}
      />
    </>
  );
}
