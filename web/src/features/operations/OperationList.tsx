import { Skeleton } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconFilterCog, IconSearchOff } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";

import { operationsQuery, type OperationsFilter } from "@/api/operations";
import type { Operation } from "@/api/types";
import { LinkButton } from "@/components/links";
import { LoadError } from "@/components/LoadError";
import { LoadMore } from "@/components/LoadMore";
import page from "@/components/page.module.css";
import { StateMessage } from "@/components/StateMessage";
import { StatusBadge } from "@/components/StatusBadge";
import { TimeAgo } from "@/components/TimeAgo";
import { isEnded, useLiveOperation } from "@/features/operations/liveOperations";
import { OperationProgress } from "@/features/operations/OperationProgress";
import styles from "@/features/operations/operations.module.css";
import { describeEnd, describeParameters, KIND_WORDS } from "@/features/operations/words";

function OperationItem({ operation }: { operation: Operation }) {
  const { status } = useLiveOperation(operation);
  return (
    <li className={styles.item}>
      <div className={styles.what}>
        <Link to="/operations/$id" params={{ id: operation.id }} className={styles.name}>
          {KIND_WORDS[operation.operation].word}
        </Link>
        <small className="truncate">
          {operation.file?.name ?? operation.dataset.name} · {describeParameters(operation)}
        </small>
      </div>
      <div className={styles.outcome}>
        {isEnded(status) ? (
          <span data-failed={status === "failed"}>{describeEnd(operation)}</span>
        ) : (
          <OperationProgress operation={operation} />
        )}
      </div>
      <StatusBadge status={status} />
      <span className={styles.when}>
        <TimeAgo at={operation.created_at} />
      </span>
    </li>
  );
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <StateMessage icon={<IconSearchOff size={22} stroke={1.6} />} title="No operation matches">
        <p>None of the workspace’s operations is like that.</p>
      </StateMessage>
    );
  }
  return (
    <StateMessage
      icon={<IconFilterCog size={22} stroke={1.6} />}
      title="No operations yet"
      actions={<LinkButton to="/operations/new">New operation</LinkButton>}
    >
      <p>Remove duplicates, keep one row per value, or filter rows. You see the effect first.</p>
    </StateMessage>
  );
}

export function OperationList({ filter }: { filter: OperationsFilter }) {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    operationsQuery(filter),
  );
  if (error && !data) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton h={200} radius={12} role="status" aria-label="Loading operations" />;
  const operations = data.pages.flatMap(({ items }) => items);
  if (operations.length === 0) {
    return <Nothing isFiltered={Object.values(filter).some((value) => value !== undefined)} />;
  }
  return (
    <div>
      <ul className={page.lines} aria-label="Operations">
        {operations.map((operation) => (
          <OperationItem key={operation.id} operation={operation} />
        ))}
      </ul>
      <LoadMore
        hasMore={hasNextPage}
        isLoading={isFetchingNextPage}
        onMore={() => void fetchNextPage()}
      />
    </div>
  );
}
