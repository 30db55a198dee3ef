import { Button } from "@mantine/core";
import { useDisclosure, useDocumentTitle } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconPlus } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";

import { datasetsQuery } from "@/api/queries";
import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { SearchField } from "@/components/SearchField";
import { ShowCurl } from "@/components/ShowCurl";
import { useCanEdit } from "@/components/useCanEdit";
import { DatasetList } from "@/features/datasets/DatasetList";
import { DemoNotice } from "@/features/datasets/DemoNotice";
import { DropZone } from "@/features/uploads/DropZone";
import { PageDrop } from "@/features/uploads/PageDrop";
import { UploadDialog } from "@/features/uploads/UploadDialog";
import { UploadList } from "@/features/uploads/UploadList";
import { useUploads } from "@/features/uploads/uploadStore";
import { useDroppedFiles } from "@/features/uploads/useDroppedFiles";
import { addressOf } from "@/lib/address";

const route = getRouteApi("/app/");

function DatasetSearch() {
  const { search } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <SearchField
      label="Search datasets"
      width={220}
      value={search ?? ""}
      onChange={(text) => void navigate({ search: { search: text }, replace: true })}
    />
  );
}

function useHasDatasets(): boolean | null {
  const { data } = useInfiniteQuery(datasetsQuery());
  return data ? (data.pages[0]?.items.length ?? 0) > 0 : null;
}

/** The home page: what there is, and the way to put more in. */
export function DatasetsPage() {
  useDocumentTitle("Datasets · Rowmill");
  const { search } = route.useSearch();
  const canEdit = useCanEdit();
  const hasDatasets = useHasDatasets();
  const hasUploads = useUploads().length > 0;
  const [isDialogOpen, dialog] = useDisclosure(false);
  const [files, setFiles] = useState<File[]>([]);
  const openWith = (chosen: File[]) => {
    setFiles(chosen);
    dialog.open();
  };
  const dropped = useDroppedFiles(openWith);
  return (
    <div className={page.page}>
      <PageHeader
        title="Datasets"
        actions={
          hasDatasets === true && (
            <>
              <DatasetSearch />
              {canEdit && (
                <Button
                  leftSection={<IconPlus size={16} stroke={2} />}
                  onClick={() => openWith([])}
                >
                  Import
                </Button>
              )}
            </>
          )
        }
      />
      {canEdit && hasDatasets !== null && (
        <DropZone
          size={hasDatasets || hasUploads ? "band" : "large"}
          onFiles={dropped.onFiles}
          isBusy={dropped.isLooking}
        />
      )}
      <UploadList />
      <DemoNotice />
      <DatasetList search={search ?? ""} hasAny={hasDatasets} />
      {hasDatasets === true && (
        <ShowCurl label="this list" path={addressOf("/api/datasets", { search })} />
      )}
      {canEdit && !isDialogOpen && (
        <PageDrop onFiles={dropped.onFiles} title="Each file becomes a dataset" />
      )}
      <UploadDialog opened={isDialogOpen} onClose={dialog.close} files={files} onFiles={setFiles} />
    </div>
  );
}
