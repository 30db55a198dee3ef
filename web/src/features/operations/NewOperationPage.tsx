import { useDocumentTitle } from "@mantine/hooks";
import { skipToken, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { isNotFound } from "@/api/problem";
import { datasetQuery } from "@/api/queries";
import type { DatasetDetail, OperationKind } from "@/api/types";
import { KindChoice } from "@/components/KindChoice";
import { LinkAnchor } from "@/components/links";
import { LoadError } from "@/components/LoadError";
import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { ConditionList } from "@/features/operations/ConditionList";
import { DatasetSelect } from "@/features/operations/DatasetSelect";
import { DedupColumns, UniqueColumn } from "@/features/operations/ColumnFields";
import styles from "@/features/operations/operations.module.css";
import { Preview } from "@/features/operations/Preview";
import { RunForm } from "@/features/operations/RunForm";
import { toKind, toRequest, type Wish } from "@/features/operations/wish";
import { findWishProblem } from "@/features/operations/wishProblem";
import { KIND_WORDS } from "@/features/operations/words";

const route = getRouteApi("/app/operations/new");
const KINDS: readonly OperationKind[] = ["dedup", "unique", "filter"];

interface PartProps {
  wish: Wish;
  dataset: DatasetDetail;
  onChange: (part: Partial<Wish>) => void;
}

/** What the chosen kind of operation wants to know. */
function Parameters({ wish, dataset, onChange }: PartProps) {
  const kind = toKind(wish.operation);
  if (kind === "filter") {
    return (
      <ConditionList
        dataset={dataset}
        texts={wish.f}
        onChange={(f) => {
          onChange({ f });
        }}
      />
    );
  }
  const Fields = kind === "dedup" ? DedupColumns : UniqueColumn;
  return (
    <Fields
      columns={dataset.columns}
      chosen={wish.c ?? []}
      onChange={(c) => {
        onChange({ c });
      }}
    />
  );
}

function useDataset(slug: string | undefined) {
  const query = datasetQuery(slug ?? "");
  return useQuery({ ...query, queryFn: slug === undefined ? skipToken : query.queryFn });
}

/** Choose an operation, see its effect, run it. */
export function NewOperationPage() {
  useDocumentTitle("New operation · Rowmill");
  const wish = route.useSearch();
  const navigate = route.useNavigate();
  const { data: dataset, error, refetch } = useDataset(wish.dataset);
  const change = (part: Partial<Wish>) => {
    void navigate({ search: (old) => ({ ...old, ...part }), replace: true });
  };
  const problem = dataset ? findWishProblem(wish, dataset.columns) : null;
  const request = problem === null ? toRequest(wish) : null;
  return (
    <div className={page.page}>
      <PageHeader
        title="New operation"
        lead={
          <>
            The result is a dataset of its own; the one it reads stays as it is.{" "}
            <LinkAnchor to="/operations" inherit>
              All operations
            </LinkAnchor>
          </>
        }
      />
      <div className={styles.builder}>
        <section className={styles.form} aria-label="What to do">
          <DatasetSelect
            dataset={dataset ?? null}
            onChange={(slug) => {
              // Columns and conditions belong to the dataset they were chosen for.
              change({ dataset: slug, c: undefined, f: undefined });
            }}
          />
          <KindChoice
            label="Operation"
            kinds={KINDS}
            words={KIND_WORDS}
            kind={toKind(wish.operation)}
            onChange={(operation) => {
              change({ operation, c: undefined });
            }}
          />
          {dataset && (
            <Parameters key={dataset.id} wish={wish} dataset={dataset} onChange={change} />
          )}
          <RunForm request={request} dataset={dataset} />
        </section>
        {error && !dataset ? (
          <LoadError error={error} onRetry={isNotFound(error) ? undefined : () => void refetch()} />
        ) : (
          <Preview request={request} problem={problem} columns={dataset?.columns ?? []} />
        )}
      </div>
    </div>
  );
}
