import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconDownload, IconPlayerStop, IconRotateClockwise } from "@tabler/icons-react";

import { api, unwrap } from "@/api/client";
import { toMessage } from "@/api/problem";
import { keys } from "@/api/queries";
import type { Import } from "@/api/types";
import { useCanEdit } from "@/components/useCanEdit";
import { isEnded } from "@/features/imports/liveProgress";

type Action = "cancel" | "retry";

function useImportAction(id: string) {
  const queryClient = useQueryClient();
  const params = { path: { import_id: id } };
  return useMutation({
    mutationFn: (action: Action) =>
      unwrap(
        action === "cancel"
          ? api.POST("/api/imports/{import_id}/cancel", { params: params })
          : api.POST("/api/imports/{import_id}/retry", { params: params }),
      ),
    onSuccess: (run) => {
      queryClient.setQueryData(keys.import(id), run);
      for (const queryKey of [keys.imports, keys.datasets, keys.dataset(run.dataset_slug)]) {
        void queryClient.invalidateQueries({ queryKey });
      }
    },
    onError: (error) => {
      notifications.show({ color: "red", message: toMessage(error) });
    },
  });
}

/** What can be done with an import: stop it, begin it again, get its file. */
export function ImportActions({ run }: { run: Import }) {
  const action = useImportAction(run.id);
  const canEdit = useCanEdit();
  const canRetry = canEdit && (run.status === "failed" || run.status === "cancelled");
  return (
    <div style={{ display: "flex", flexWrap: "wrap", gap: 8 }}>
      {canEdit && !isEnded(run.status) && (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlayerStop size={14} stroke={1.7} />}
          loading={action.isPending}
          onClick={() => {
            action.mutate("cancel");
          }}
        >
          Cancel import
        </Button>
      )}
      {canRetry && (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconRotateClockwise size={14} stroke={1.7} />}
          loading={action.isPending}
          onClick={() => {
            action.mutate("retry");
          }}
        >
          Try again
        </Button>
      )}
      <Button
        component="a"
        href={`/api/files/${run.file.id}/download`}
        download
        size="xs"
        variant="default"
        leftSection={<IconDownload size={14} stroke={1.7} />}
      >
        Original file
      </Button>
    </div>
  );
}
