import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { IconSparkles } from "@tabler/icons-react";

import { maintenanceQuery } from "@/api/admin";
import { api, unwrap } from "@/api/client";
import type { MaintenanceRun } from "@/api/types";
import { notifyError } from "@/components/notifyError";
import { TimeAgo } from "@/components/TimeAgo";
import styles from "@/features/admin/admin.module.css";
import { describeFreed } from "@/features/admin/freed";
import { Panel } from "@/features/admin/Panel";
import { formatDuration } from "@/lib/format";

function RunNow() {
  const queryClient = useQueryClient();
  const run = useMutation({
    mutationFn: () => unwrap(api.POST("/api/admin/maintenance")),
    onSuccess: async ({ message }) => {
      notifications.show({ message });
      await queryClient.invalidateQueries({ queryKey: maintenanceQuery.queryKey });
    },
    onError: notifyError,
  });
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconSparkles size={14} stroke={1.7} />}
      loading={run.isPending}
      onClick={() => {
        run.mutate();
      }}
    >
      Run now
    </Button>
  );
}

function Run({ run }: { run: MaintenanceRun }) {
  return (
    <li>
      <span>
        {run.error === null ? (
          run.finished_at === null ? (
            "Running"
          ) : (
            describeFreed(run.freed)
          )
        ) : (
          <span className={styles.error}>{run.error}</span>
        )}
        <small>
          <TimeAgo at={run.created_at} />
          {run.finished_at !== null && `, took ${formatDuration(run.created_at, run.finished_at)}`}
        </small>
      </span>
    </li>
  );
}

/** What the housekeeping freed; it can be asked for at once. */
export function MaintenancePanel() {
  const query = useInfiniteQuery(maintenanceQuery);
  return (
    <Panel
      title="Maintenance"
      lead="Removes what may go by the rules of retention, every night."
      actions={<RunNow />}
      query={query}
    >
      {({ pages }) => {
        const runs = pages.flatMap(({ items }) => items);
        if (runs.length === 0) return <p className={styles.none}>It has not run yet.</p>;
        return (
          <ul className={styles.lines} aria-label="Maintenance runs">
            {runs.slice(0, 10).map((run) => (
              <Run key={run.id} run={run} />
            ))}
          </ul>
        );
      }}
    </Panel>
  );
}
