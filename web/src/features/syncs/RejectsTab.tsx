import { SegmentedControl } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconCircleCheck } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";

import type { Sync } from "@/api/types";
import { LogItems } from "@/components/LogItem";
import { PagedItems } from "@/components/PagedItems";
import { ShowCurl } from "@/components/ShowCurl";
import { StateMessage } from "@/components/StateMessage";
import { RejectItem } from "@/features/syncs/RejectItem";
import { rejectsQuery, syncPath, type RejectStatus } from "@/features/syncs/syncQueries";
import styles from "@/features/syncs/syncs.module.css";

const route = getRouteApi("/app/syncs/$id");

const STATES: readonly { value: RejectStatus | "all"; label: string }[] = [
  { value: "all", label: "All" },
  { value: "open", label: "Open" },
  { value: "delivered", label: "Delivered" },
  { value: "discarded", label: "Discarded" },
];

function toStatus(asked: string | undefined): RejectStatus | undefined {
  const found = STATES.find(({ value }) => value === asked)?.value;
  return found === "all" ? undefined : found;
}

function StatusFilter({ status }: { status: RejectStatus | undefined }) {
  const navigate = route.useNavigate();
  return (
    <SegmentedControl
      size="xs"
      aria-label="State of the rejects"
      style={{ justifySelf: "start" }}
      value={status ?? "all"}
      data={[...STATES]}
      onChange={(value) =>
        void navigate({
          search: (old) => ({ ...old, status: value === "all" ? undefined : value }),
          replace: true,
        })
      }
    />
  );
}

/** Records that the destination refused for what is in them. */
export function RejectsTab({ sync }: { sync: Sync }) {
  const status = toStatus(route.useSearch().status);
  const list = useInfiniteQuery(rejectsQuery(sync.slug, status));
  const query = status === undefined ? "" : `?status=${status}`;
  const nothing = (
    <StateMessage
      icon={<IconCircleCheck size={22} stroke={1.6} />}
      title={status === undefined ? "No record was refused" : "None in this state"}
    >
      <p>A record that the destination refuses comes here, and all others go on.</p>
    </StateMessage>
  );
  return (
    <div className={styles.tabContent}>
      <StatusFilter status={status} />
      <PagedItems list={list} label="rejects" empty={nothing}>
        {(rejects) => (
          <LogItems label="Rejects">
            {rejects.map((reject) => (
              <RejectItem key={reject.id} syncId={sync.slug} reject={reject} />
            ))}
          </LogItems>
        )}
      </PagedItems>
      <ShowCurl label="the rejects" path={`${syncPath(sync.slug)}/rejects${query}`} />
    </div>
  );
}
