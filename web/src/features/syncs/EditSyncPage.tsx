import { Alert } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useState } from "react";

import { isNotFound } from "@/api/problem";
import { keys } from "@/api/queries";
import { LinkAnchor } from "@/components/links";
import { LoadError } from "@/components/LoadError";
import { NotFoundPage } from "@/components/NotFoundPage";
import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { PageLoading } from "@/components/PageLoading";
import { changeOf, draftOf, type SyncDraft } from "@/features/syncs/syncDraft";
import { changeSync, syncQuery, type ReadSync } from "@/features/syncs/syncQueries";
import { SyncForm } from "@/features/syncs/SyncForm";

const route = getRouteApi("/app/syncs/$id/edit");

/** The form as it was when it was opened: what others change meanwhile is found by the ETag. */
function ChangeForm({ read }: { read: ReadSync }) {
  const [began] = useState(read);
  const [initial] = useState(() => draftOf(began.sync));
  const navigate = route.useNavigate();
  const queryClient = useQueryClient();
  const { id, slug, secrets } = began.sync;
  const saving = useMutation({
    mutationFn: (draft: SyncDraft) => changeSync(id, began.etag, changeOf(draft, initial)),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.syncs }),
  });
  const saved = saving.data;
  useEffect(() => {
    if (saved) void navigate({ to: "/syncs/$id", params: { id: saved.slug } });
  }, [saved, navigate]);
  return (
    <SyncForm
      initial={initial}
      existing={{ id, secrets }}
      error={saving.error}
      isPending={saving.isPending}
      isDone={saved !== undefined}
      action="Save"
      onSave={(draft) => saving.mutate(draft)}
      onCancel={() => void navigate({ to: "/syncs/$id", params: { id: slug } })}
    />
  );
}

/** Changes a sync. Its dataset and its kind of destination stay. */
export function EditSyncPage() {
  const { id } = route.useParams();
  const { data: read, error, refetch } = useQuery(syncQuery(id));
  useDocumentTitle(`${read?.sync.name ?? "Sync"} · Rowmill`);
  if (isNotFound(error)) {
    return <NotFoundPage title="No such sync" message="It may have been deleted." error={error} />;
  }
  if (error && !read) return <LoadError level={1} error={error} onRetry={() => void refetch()} />;
  if (!read) return <PageLoading />;
  return (
    <div className={`${page.page} ${page.narrow}`}>
      <div>
        <LinkAnchor to="/syncs/$id" params={{ id }} size="sm">
          {read.sync.name}
        </LinkAnchor>
      </div>
      <PageHeader title="Change sync" />
      {read.sync.is_managed ? (
        <Alert variant="light" color="gray" title="The server's environment configures this sync">
          Change BASE_URL, USERNAME, PASSWORD or SYNC_INTERVAL_MINUTES there, or make a sync of your
          own.
        </Alert>
      ) : (
        <ChangeForm key={read.sync.id} read={read} />
      )}
    </div>
  );
}
