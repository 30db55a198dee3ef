import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { isNotFound } from "@/api/problem";
import { importQuery } from "@/api/queries";
import { LinkAnchor } from "@/components/links";
import { LoadError } from "@/components/LoadError";
import { NotFoundPage } from "@/components/NotFoundPage";
import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { PageLoading } from "@/components/PageLoading";
import { ReceiptBar } from "@/components/ReceiptBar";
import { StatusBadge } from "@/components/StatusBadge";
import { ImportDetails } from "@/features/imports/ImportDetails";
import { ImportProgressLine } from "@/features/imports/ImportProgressLine";
import styles from "@/features/imports/imports.module.css";
import { isEnded } from "@/features/imports/liveProgress";

const route = getRouteApi("/app/imports/$id");

/** One import, at its own address. */
export function ImportPage() {
  const { id } = route.useParams();
  const { data: run, error, refetch } = useQuery(importQuery(id));
  useDocumentTitle(`${run ? `Import of ${run.file.name}` : "Import"} · Rowmill`);
  if (isNotFound(error)) {
    return <NotFoundPage title="No such import" message="It may belong to a deleted dataset." />;
  }
  if (error && !run) return <LoadError level={1} error={error} onRetry={() => void refetch()} />;
  if (!run) return <PageLoading />;
  return (
    <div className={`${page.page} ${page.narrow}`}>
      <PageHeader
        title={`Import of ${run.file.name}`}
        lead={
          <>
            into{" "}
            <LinkAnchor to="/datasets/$slug" params={{ slug: run.dataset_slug }} inherit>
              {run.dataset_name}
            </LinkAnchor>
          </>
        }
        actions={<StatusBadge status={run.status} />}
      />
      <div className={page.card}>
        <div className={styles.pageOutcome}>
          {!isEnded(run.status) && <ImportProgressLine run={run} />}
          {run.receipt && <ReceiptBar receipt={run.receipt} />}
        </div>
        <ImportDetails run={run} />
      </div>
    </div>
  );
}
