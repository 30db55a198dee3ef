import { Skeleton } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, skipToken, useQuery } from "@tanstack/react-query";
import { IconEyeSearch } from "@tabler/icons-react";

import { operationPreviewQuery } from "@/api/operations";
import type { Column, OperationPreview, OperationRequest } from "@/api/types";
import { LoadError } from "@/components/LoadError";
import { StateMessage } from "@/components/StateMessage";
import { EffectBar } from "@/features/operations/EffectBar";
import styles from "@/features/operations/operations.module.css";
import { SampleTable } from "@/features/operations/SampleTable";
import { decidingColumns } from "@/features/operations/wish";

interface Props {
  request: OperationRequest | null;
  problem: string | null;
  columns: readonly Column[];
}

const NOTHING: OperationRequest = { operation: "dedup" };

function usePreview(request: OperationRequest | null) {
  // A word typed into a condition is one question, not one per letter.
  const [key] = useDebouncedValue(JSON.stringify(request), 350);
  const asked = request && JSON.stringify(request) === key ? request : null;
  const query = operationPreviewQuery(asked ?? NOTHING);
  return useQuery({
    ...query,
    queryFn: asked ? query.queryFn : skipToken,
    placeholderData: keepPreviousData,
  });
}

interface FoundProps {
  preview: OperationPreview;
  request: OperationRequest;
  columns: readonly Column[];
}

function Found({ preview, request, columns }: FoundProps) {
  return (
    <>
      <EffectBar receipt={preview} />
      <SampleTable
        preview={preview}
        columns={columns}
        deciding={decidingColumns(request)}
        first={request.operation === "dedup" ? "removed" : "kept"}
      />
    </>
  );
}

/** What the operation would do to the rows as they are now. */
export function Preview({ request, problem, columns }: Props) {
  const { data, error, refetch, isFetching, isPlaceholderData } = usePreview(request);
  const isStale = request === null || isPlaceholderData || isFetching;
  const words = problem ?? "Choose a dataset.";
  if (request === null) {
    return (
      <div className={styles.preview}>
        <StateMessage icon={<IconEyeSearch size={22} stroke={1.6} />} title="See the effect first">
          <p>{words} The counts and some rows appear here, before anything is made.</p>
        </StateMessage>
      </div>
    );
  }
  return (
    <section
      className={styles.preview}
      aria-label="Effect"
      aria-busy={isStale}
      data-stale={isStale && data !== undefined}
    >
      {error && !isFetching ? (
        <LoadError error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <Found preview={data} request={request} columns={columns} />
      ) : (
        <Skeleton h={280} radius={8} role="status" aria-label="Working out the effect" />
      )}
    </section>
  );
}
