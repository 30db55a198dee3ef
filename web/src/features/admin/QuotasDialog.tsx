import { Alert, Button, Group, Modal, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";

import { api, unwrap } from "@/api/client";
import { toMessage } from "@/api/problem";
import { keys } from "@/api/queries";
import type { ManagedWorkspace } from "@/api/types";
import {
  findQuotaProblem,
  toDraft,
  toQuota,
  type OwnQuotas,
  type QuotaDraft,
  type QuotaName,
} from "@/features/admin/quotaDraft";
import { QuotaField } from "@/features/admin/QuotaField";

interface Props {
  workspace: ManagedWorkspace;
  opened: boolean;
  onClose: () => void;
}

const NAMES: readonly QuotaName[] = ["storage_bytes", "rows", "running_jobs"];

function useSave(id: string, onDone: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: OwnQuotas) =>
      unwrap(
        api.PUT("/api/admin/workspaces/{workspace_id}/quotas", {
          params: { path: { workspace_id: id } },
          body,
        }),
      ),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: keys.admin });
      onDone();
    },
  });
}

function QuotasForm({ workspace, onClose }: Omit<Props, "opened">) {
  const [drafts, setDrafts] = useState<Record<QuotaName, QuotaDraft>>(() => ({
    storage_bytes: toDraft("storage_bytes", workspace.own_quotas),
    rows: toDraft("rows", workspace.own_quotas),
    running_jobs: toDraft("running_jobs", workspace.own_quotas),
  }));
  const [isTried, setTried] = useState(false);
  const save = useSave(workspace.id, onClose);
  const onSubmit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (NAMES.some((name) => findQuotaProblem(drafts[name]) !== null)) return;
    save.mutate({
      storage_bytes: toQuota("storage_bytes", drafts.storage_bytes),
      rows: toQuota("rows", drafts.rows),
      running_jobs: toQuota("running_jobs", drafts.running_jobs),
    });
  };
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="lg">
        <p className="muted" style={{ margin: 0 }}>
          What is there already is never removed.
        </p>
        {NAMES.map((name) => (
          <QuotaField
            key={name}
            name={name}
            draft={drafts[name]}
            error={isTried ? findQuotaProblem(drafts[name]) : null}
            onChange={(draft) => {
              setDrafts({ ...drafts, [name]: draft });
            }}
          />
        ))}
        {save.error && (
          <Alert color="red" variant="light" role="alert">
            {toMessage(save.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function QuotasDialog({ workspace, opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={`Quotas of ${workspace.name}`}>
      <QuotasForm workspace={workspace} onClose={onClose} />
    </Modal>
  );
}
