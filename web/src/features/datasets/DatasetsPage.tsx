import { Button, CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback, useDisclosure, useDocumentTitle } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";

import { datasetsQuery } from "@/api/queries";
import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { DatasetList } from "@/features/datasets/DatasetList";
import { DemoNotice } from "@/features/datasets/DemoNotice";
import { DropZone } from "@/features/uploads/DropZone";
import { PageDrop } from "@/features/uploads/PageDrop";
import { UploadDialog } from "@/features/uploads/UploadDialog";
import { UploadList } from "@/features/uploads/UploadList";
import { useUploads } from "@/features/uploads/uploadStore";
import { useAddFiles } from "@/features/uploads/useAddFiles";

const route = getRouteApi("/app/");

function SearchField() {
  const { search } = route.useSearch();
  const navigate = route.useNavigate();
  const [text, setText] = useState(search ?? "");
  const apply = useDebouncedCallback((value: string) => {
    void navigate({ search: { search: value.trim() || undefined }, replace: true });
  }, 200);
  const change = (value: string) => {
    setText(value);
    apply(value);
  };
  return (
    <TextInput
      aria-label="Search datasets"
      placeholder="Search datasets"
      leftSection={<IconSearch size={15} stroke={1.7} />}
      rightSection={
        text !== "" && (
          <CloseButton
            size="sm"
            aria-label="Clear search"
            onClick={() => {
              change("");
            }}
          />
        )
      }
      value={text}
      onChange={(event) => {
        change(event.currentTarget.value);
      }}
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
  const addFiles = useAddFiles();
  const hasDatasets = useHasDatasets();
  const hasUploads = useUploads().length > 0;
  const [isDialogOpen, dialog] = useDisclosure(false);
  const [files, setFiles] = useState<File[]>([]);
  const openDialog = () => {
    setFiles([]);
    dialog.open();
  };
  return (
    <div className={page.page}>
      <PageHeader
        title="Datasets"
        actions={
          hasDatasets === true && (
            <>
              <SearchField />
              <Button leftSection={<IconPlus size={16} stroke={2} />} onClick={openDialog}>
                Import
              </Button>
            </>
          )
        }
      />
      {hasDatasets !== null && (
        <DropZone size={hasDatasets || hasUploads ? "band" : "large"} onFiles={addFiles} />
      )}
      <UploadList />
      <DemoNotice />
      <DatasetList search={search ?? ""} hasAny={hasDatasets} />
      {!isDialogOpen && <PageDrop onFiles={addFiles} title="Each file becomes a dataset" />}
      <UploadDialog opened={isDialogOpen} onClose={dialog.close} files={files} onFiles={setFiles} />
    </div>
  );
}
