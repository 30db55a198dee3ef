import { useDocumentTitle } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useState } from "react";

import { keys } from "@/api/queries";
import { LinkAnchor } from "@/components/links";
import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { emptyDraft, inputOf, productsDraft, type SyncDraft } from "@/features/syncs/syncDraft";
import { createSync } from "@/features/syncs/syncQueries";
import { SyncForm } from "@/features/syncs/SyncForm";

const route = getRouteApi("/app/syncs/new");

/** Makes a sync, and goes on to it. */
export function NewSyncPage() {
  useDocumentTitle("New sync · Rowmill");
  const { dataset, preset } = route.useSearch();
  const navigate = route.useNavigate();
  const queryClient = useQueryClient();
  const [initial] = useState(() =>
    preset === "products" ? productsDraft() : emptyDraft(dataset ?? null),
  );
  const making = useMutation({
    mutationFn: (draft: SyncDraft) => createSync(inputOf(draft)),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.syncs }),
  });
  const made = making.data;
  useEffect(() => {
    // Once the form knows that nothing would be lost.
    if (!made) return;
    const search = made.paused ? { tab: "pending" } : {};
    void navigate({ to: "/syncs/$id", params: { id: made.slug }, search, replace: true });
  }, [made, navigate]);
  return (
    <div className={`${page.page} ${page.narrow}`}>
      <div>
        <LinkAnchor to="/syncs" size="sm">
          All syncs
        </LinkAnchor>
      </div>
      <PageHeader
        title="New sync"
        lead="Sends what changes in a dataset to another system, again and again."
      />
      <SyncForm
        initial={initial}
        sync={null}
        saving={making}
        isDone={made !== undefined}
        action="Make sync"
        onSave={(draft) => making.mutate(draft)}
        onCancel={() => void navigate({ to: "/syncs" })}
      />
    </div>
  );
}
