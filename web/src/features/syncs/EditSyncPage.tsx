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

interface Change {
  draft: SyncDraft;
  /** null saves whatever the sync has become meanwhile. */
  etag: string | null;
}

interface FormProps {
  read: ReadSync;
  onTheirs: () => void;
}

/** The form as it was when it was opened: what others change meanwhile is found by the ETag. */
function ChangeForm({ read, onTheirs }: FormProps) {
  const [{ sync, etag }] = useState(read);
  const [initial] = useState(() => draftOf(sync));
  const navigate = route.useNavigate();
  const queryClient = useQueryClient();
  const saving = useMutation({
    mutationFn: (change: Change) => changeSync(sync.id, change.etag, changeOf(change.draft, sync)),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.syncs }),
  });
  const saved = saving.data;
  useEffect(() => {
    if (saved) void navigate({ to: "/syncs/$id", params: { id: saved.slug } });
  }, [saved, navigate]);
  return (
    <SyncForm
      initial={initial}
      sync={sync}
      saving={saving}
      isDone={saved !== undefined}
      action="Save"
      onSave={(draft) => saving.mutate({ draft, etag })}
      onCancel={() => void navigate({ to: "/syncs/$id", params: { id: sync.slug } })}
      onTheirs={onTheirs}
      onMine={(draft) => saving.mutate({ draft, etag: null })}
    />
  );
}

/** Changes a sync. Its dataset and its kind of destination stay. */
export function EditSyncPage() {
  const { id } = route.useParams();
  const { data: read, error, refetch } = useQuery(syncQuery(id));
  const [round, setRound] = useState(0);
  useDocumentTitle(`${read?.sync.name ?? "Sync"} · Rowmill`);
  if (isNotFound(error)) {
    return <NotFoundPage title="No such sync" message="It may have been deleted." error={error} />;
  }
  if (error && !read) return <LoadError level={1} error={error} onRetry={() => void refetch()} />;
  if (!read) return <PageLoading />;
  const startAgain = async () => {
    await refetch();
    setRound((now) => now + 1);
  };
  return (
    <div className={`${page.page} ${page.narrow}`}>
      <div>
        <LinkAnchor to="/syncs/$id" params={{ id }} size="sm">
          {read.sync.name}
        </LinkAnchor>
      </div>
      <PageHeader title={`Edit ${read.sync.name}`} />
      {read.sync.is_managed ? (
        <Alert variant="light" color="gray" title="The server's environment configures this sync">
          Change BASE_URL, USERNAME, PASSWORD or SYNC_INTERVAL_MINUTES there, or make a sync of your
          own.
        </Alert>
      ) : (
        <ChangeForm
          key={`${read.sync.id} ${round}`}
          read={read}
          onTheirs={() => void startAgain()}
        />
      )}
    </div>
  );
}
