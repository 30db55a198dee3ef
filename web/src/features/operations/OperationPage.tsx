import { Alert } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { operationQuery } from "@/api/operations";
import { isNotFound } from "@/api/problem";
import { datasetQuery } from "@/api/queries";
import type { Operation } from "@/api/types";
import { LinkAnchor } from "@/components/links";
import { LoadError } from "@/components/LoadError";
import { NotFoundPage } from "@/components/NotFoundPage";
import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { PageLoading } from "@/components/PageLoading";
import { ShowCurl } from "@/components/ShowCurl";
import { StatusBadge } from "@/components/StatusBadge";
import { EffectBar } from "@/features/operations/EffectBar";
import { isEnded, useLiveOperation } from "@/features/operations/liveOperations";
import { OperationActions } from "@/features/operations/OperationActions";
import { OperationFacts } from "@/features/operations/OperationFacts";
import { OperationProgress } from "@/features/operations/OperationProgress";
import styles from "@/features/operations/operations.module.css";
import { describeEnd, KIND_WORDS } from "@/features/operations/words";

const route = getRouteApi("/app/operations/$id");

function Lead({ operation }: { operation: Operation }) {
  const { dataset, file } = operation;
  return (
    <>
      of {file ? `${file.name} in ` : ""}
      <LinkAnchor to="/datasets/$slug" params={{ slug: dataset.slug }} inherit>
        {dataset.name}
      </LinkAnchor>
    </>
  );
}

/** How far it is, what came of it, or why nothing did. */
function Outcome({ operation }: { operation: Operation }) {
  const { status } = useLiveOperation(operation);
  if (!isEnded(status)) return <OperationProgress operation={operation} />;
  if (operation.status === "failed") {
    return (
      <Alert color="red" variant="light" title="Why it failed">
        {describeEnd(operation)}
      </Alert>
    );
  }
  if (!operation.receipt) return <p className={styles.none}>{describeEnd(operation)}</p>;
  return (
    <>
      <EffectBar receipt={operation.receipt} />
      {operation.result?.file_link === null && (
        <p className="muted">The file was removed by the rule of retention. Run it again.</p>
      )}
    </>
  );
}

/** One operation, at its own address. */
export function OperationPage() {
  const { id } = route.useParams();
  const { data: operation, error, refetch } = useQuery(operationQuery(id));
  const { data: source } = useQuery({
    ...datasetQuery(operation?.dataset.slug ?? ""),
    enabled: operation !== undefined,
    retry: false,
  });
  const title = operation ? KIND_WORDS[operation.operation].word : "Operation";
  useDocumentTitle(`${title} · Rowmill`);
  if (isNotFound(error)) {
    return (
      <NotFoundPage
        title="No such operation"
        message="The address may have a typing error."
        error={error}
      />
    );
  }
  if (error && !operation) {
    return <LoadError level={1} error={error} onRetry={() => void refetch()} />;
  }
  if (!operation) return <PageLoading />;
  return (
    <div className={`${page.page} ${page.narrow}`} key={id}>
      <PageHeader
        title={title}
        lead={<Lead operation={operation} />}
        actions={<StatusBadge status={operation.status} />}
      />
      <section className={`${page.card} ${styles.details}`} aria-label="Operation">
        <Outcome operation={operation} />
        <OperationActions operation={operation} />
        <OperationFacts operation={operation} columns={source?.columns ?? []} />
        <ShowCurl label="the operation" path={`/api/operations/${id}`} />
      </section>
    </div>
  );
}
