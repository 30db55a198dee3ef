import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Outlet, useMatchRoute } from "@tanstack/react-router";
import { useState } from "react";

import { isNotFound } from "@/api/problem";
import { datasetQuery } from "@/api/queries";
import { LoadError } from "@/components/LoadError";
import { NotFoundPage } from "@/components/NotFoundPage";
import page from "@/components/page.module.css";
import { PageLoading } from "@/components/PageLoading";
import { useCanEdit } from "@/components/useCanEdit";
import { DatasetHeader } from "@/features/datasets/DatasetHeader";
import { DatasetNotice } from "@/features/datasets/DatasetNotice";
import { DatasetTabs } from "@/features/datasets/DatasetTabs";
import { TemplateNotice } from "@/features/datasets/TemplateNotice";
import { PageDrop } from "@/features/uploads/PageDrop";
import { UploadDialog } from "@/features/uploads/UploadDialog";

const route = getRouteApi("/app/datasets/$slug");

export function DatasetPage() {
  const { slug } = route.useParams();
  const { data: dataset, error, refetch } = useQuery(datasetQuery(slug));
  // The Imports view says all that the notice says, and more.
  const isImportsTab = useMatchRoute()({ to: "/datasets/$slug/imports" }) !== false;
  const canEdit = useCanEdit();
  const [files, setFiles] = useState<File[] | null>(null);
  useDocumentTitle(`${dataset?.name ?? "Dataset"} · Rowmill`);

  if (isNotFound(error)) {
    return (
      <NotFoundPage
        title="No such dataset"
        message="It may have been renamed or deleted, or the address has a typing error."
      />
    );
  }
  if (error && !dataset)
    return <LoadError level={1} error={error} onRetry={() => void refetch()} />;
  if (!dataset) return <PageLoading />;
  return (
    // Keyed, so that nothing of one dataset stays on the page of the next.
    <div className={page.page} key={slug}>
      <DatasetHeader
        dataset={dataset}
        onAddData={() => {
          setFiles([]);
        }}
      />
      <DatasetTabs slug={slug} />
      {!isImportsTab && <DatasetNotice dataset={dataset} />}
      <TemplateNotice dataset={dataset} />
      <Outlet />
      {canEdit && files === null && (
        <PageDrop onFiles={setFiles} title={`Add data to ${dataset.name}`} />
      )}
      <UploadDialog
        opened={files !== null}
        onClose={() => {
          setFiles(null);
        }}
        files={files ?? []}
        onFiles={setFiles}
        dataset={{ slug: dataset.slug, name: dataset.name }}
      />
    </div>
  );
}
