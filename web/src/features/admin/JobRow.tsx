import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "@/api/client";
import { keys } from "@/api/queries";
import type { JobStatus, ManagedJob } from "@/api/types";
import { notifyError } from "@/components/notifyError";
import { ProgressBar } from "@/components/ProgressBar";
import { StatusBadge } from "@/components/StatusBadge";
import { TimeAgo } from "@/components/TimeAgo";
import styles from "@/features/admin/admin.module.css";
import { jobPercent, jobPhase } from "@/features/admin/jobProgress";
import { jobWord } from "@/features/admin/kinds";
import { formatDuration } from "@/lib/format";

const STATES: readonly JobStatus[] = ["pending", "running", "succeeded", "failed", "cancelled"];

function useAct(id: string, what: "cancel" | "retry") {
  const queryClient = useQueryClient();
  const params = { path: { job_id: id } };
  return useMutation({
    mutationFn: () =>
      unwrap(
        what === "cancel"
          ? api.POST("/api/admin/jobs/{job_id}/cancel", { params })
          : api.POST("/api/admin/jobs/{job_id}/retry", { params }),
      ),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.admin }),
    onError: notifyError,
  });
}

function Act({ job, what }: { job: ManagedJob; what: "cancel" | "retry" }) {
  const act = useAct(job.id, what);
  const word = what === "cancel" ? "Cancel" : "Try again";
  const isAsked = what === "cancel" && job.cancel_requested_at !== null;
  return (
    <Button
      size="compact-xs"
      variant="default"
      disabled={isAsked}
      loading={act.isPending}
      aria-label={`${word}: ${jobWord(job.kind)} of ${job.workspace.name}`}
      onClick={() => {
        act.mutate();
      }}
    >
      {isAsked ? "Stopping" : word}
    </Button>
  );
}

function Message({ error }: { error: ManagedJob["error"] }) {
  const message = error?.message;
  return typeof message === "string" ? <span className={styles.error}>{message}</span> : null;
}

export function JobRow({ job }: { job: ManagedJob }) {
  const status = STATES.find((one) => one === job.status) ?? "pending";
  const isOver = status !== "pending" && status !== "running";
  return (
    <tr>
      <td className={styles.main}>
        <span className="truncate">{jobWord(job.kind)}</span>
        {status === "running" && (
          <div className={styles.progress}>
            <ProgressBar label={jobWord(job.kind)} percent={jobPercent(job.progress)} />
            <small className="muted">{jobPhase(job.progress)}</small>
          </div>
        )}
        <Message error={job.error} />
      </td>
      <td>
        {job.workspace.name}
        {job.created_by !== null && job.created_by !== job.workspace.name && (
          <small className={styles.sub}>by {job.created_by}</small>
        )}
      </td>
      <td>
        <StatusBadge status={status} />
      </td>
      <td>
        <TimeAgo at={job.started_at ?? job.created_at} />
      </td>
      <td data-label="took">
        {job.started_at && job.finished_at ? formatDuration(job.started_at, job.finished_at) : "–"}
      </td>
      <td data-label="attempts">{job.attempts}</td>
      <td className={styles.actions}>
        {!isOver && <Act job={job} what="cancel" />}
        {job.can_retry && <Act job={job} what="retry" />}
      </td>
    </tr>
  );
}
