import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import {
  IconAdjustments,
  IconDownload,
  IconPlayerStop,
  IconRotateClockwise,
  IconTable,
} from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";

import { api, unwrap } from "@/api/client";
import { resultHref } from "@/api/operations";
import { keys } from "@/api/queries";
import type { Operation } from "@/api/types";
import { LinkButton } from "@/components/links";
import { notifyError } from "@/components/notifyError";
import { useCanEdit } from "@/components/useCanEdit";
import { isEnded, useLiveOperation } from "@/features/operations/liveOperations";
import styles from "@/features/operations/operations.module.css";
import { toWish } from "@/features/operations/wish";
import { formatBytes } from "@/lib/format";

function useAction(id: string, what: "cancel" | "run") {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const params = { path: { operation_id: id } };
  return useMutation({
    mutationFn: () =>
      unwrap(
        what === "cancel"
          ? api.POST("/api/operations/{operation_id}/cancel", { params })
          : api.POST("/api/operations/{operation_id}/run", { params }),
      ),
    onSuccess: async (operation) => {
      queryClient.setQueryData(keys.operation(operation.id), operation);
      void queryClient.invalidateQueries({ queryKey: [...keys.operations, "list"] });
      if (operation.id !== id) {
        await navigate({ to: "/operations/$id", params: { id: operation.id } });
      }
    },
    onError: notifyError,
  });
}

/** What can be done with what it made. */
function ResultActions({ operation }: { operation: Operation }) {
  const { result } = operation;
  if (!result) return null;
  return (
    <>
      {result.dataset && (
        <LinkButton
          size="xs"
          to="/datasets/$slug"
          params={{ slug: result.dataset.slug }}
          leftSection={<IconTable size={14} stroke={1.7} />}
        >
          Open the result
        </LinkButton>
      )}
      {result.file_link !== null && (
        <Button
          component="a"
          href={resultHref(operation.id)}
          download
          size="xs"
          variant="default"
          leftSection={<IconDownload size={14} stroke={1.7} />}
        >
          Download CSV · {formatBytes(result.size_bytes)}
        </Button>
      )}
    </>
  );
}

/** What can be done with an operation: stop it, take its result, do it again. */
export function OperationActions({ operation }: { operation: Operation }) {
  const { status } = useLiveOperation(operation);
  const cancel = useAction(operation.id, "cancel");
  const again = useAction(operation.id, "run");
  const canEdit = useCanEdit();
  if (!isEnded(status)) {
    if (!canEdit) return null;
    return (
      <Button
        size="xs"
        variant="default"
        style={{ justifySelf: "start" }}
        leftSection={<IconPlayerStop size={14} stroke={1.7} />}
        loading={cancel.isPending}
        onClick={() => {
          cancel.mutate();
        }}
      >
        Cancel operation
      </Button>
    );
  }
  return (
    <div className={styles.actions}>
      <ResultActions operation={operation} />
      {canEdit && (
        <>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconRotateClockwise size={14} stroke={1.7} />}
            loading={again.isPending}
            onClick={() => {
              again.mutate();
            }}
          >
            Run again
          </Button>
          <LinkButton
            size="xs"
            variant="default"
            to="/operations/new"
            search={toWish(operation)}
            leftSection={<IconAdjustments size={14} stroke={1.7} />}
          >
            Change and run
          </LinkButton>
        </>
      )}
    </div>
  );
}
