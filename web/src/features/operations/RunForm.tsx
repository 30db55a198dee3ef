import { Alert, Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState, type SyntheticEvent } from "react";

import { api, unwrap } from "@/api/client";
import { toMessage } from "@/api/problem";
import { keys, meQuery } from "@/api/queries";
import type { DatasetDetail, OperationRequest } from "@/api/types";
import { ShowCurl } from "@/components/ShowCurl";

interface Props {
  /** Null while something is still to be chosen. */
  request: OperationRequest | null;
  dataset: DatasetDetail | undefined;
}

function useRun() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (body: OperationRequest) => unwrap(api.POST("/api/operations", { body })),
    onSuccess: async (operation) => {
      queryClient.setQueryData(keys.operation(operation.id), operation);
      void queryClient.invalidateQueries({ queryKey: [...keys.operations, "list"] });
      await navigate({ to: "/operations/$id", params: { id: operation.id } });
    },
  });
}

const SUFFIXES: Record<string, string> = {
  dedup: "without duplicates",
  unique: "one row per value",
  filter: "filtered",
};

/** The name of the result, and the button that makes it. */
export function RunForm({ request, dataset }: Props) {
  const { data: user } = useQuery(meQuery);
  const [name, setName] = useState("");
  const run = useRun();
  const isViewer = user?.workspace.role === "viewer";
  const body = request && { ...request, ...(name.trim() ? { name: name.trim() } : {}) };
  const onSubmit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (body) run.mutate(body);
  };
  const suffix = SUFFIXES[request?.operation ?? ""];
  return (
    <form onSubmit={onSubmit} style={{ display: "grid", gap: 14 }}>
      <TextInput
        label="Name of the result"
        placeholder={dataset && suffix ? `${dataset.name} – ${suffix}` : "Chosen by itself"}
        maxLength={200}
        value={name}
        onChange={(event) => {
          setName(event.currentTarget.value);
        }}
      />
      {run.error && (
        <Alert color="red" variant="light" role="alert">
          {toMessage(run.error)}
        </Alert>
      )}
      <Button
        type="submit"
        disabled={!body || isViewer}
        loading={run.isPending}
        leftSection={<IconPlayerPlay size={16} stroke={1.8} />}
      >
        Run
      </Button>
      {isViewer && <p className="muted">You may look at this workspace, but not change it.</p>}
      {body && <ShowCurl label="the operation" method="POST" path="/api/operations" body={body} />}
    </form>
  );
}
