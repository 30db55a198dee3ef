import { useDocumentTitle } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";

import { keys } from "@/api/queries";
import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { emptyDraft, inputOf, type FeedDraft } from "@/features/feeds/feedDraft";
import { FeedForm } from "@/features/feeds/FeedForm";
import { createFeed } from "@/features/feeds/feedQueries";
import { KINDS } from "@/features/feeds/words";

const route = getRouteApi("/app/feeds/new");

function useCreation() {
  const navigate = route.useNavigate();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (draft: FeedDraft) => createFeed(inputOf(draft)),
    onSuccess: async ({ id }) => {
      void queryClient.invalidateQueries({ queryKey: keys.feeds });
      await navigate({ to: "/feeds/$id", params: { id }, ignoreBlocker: true });
    },
  });
}

/** Makes a feed. The kind of its source is in the address. */
export function NewFeedPage() {
  useDocumentTitle("New feed · Rowmill");
  const { kind } = route.useSearch();
  const navigate = route.useNavigate();
  const [initial] = useState(() => emptyDraft(KINDS.find((one) => one === kind) ?? "sftp"));
  const creation = useCreation();
  return (
    <div className={`${page.page} ${page.narrow}`}>
      <PageHeader
        title="New feed"
        lead="Each new file is fetched once, kept, and imported by the first rule that fits."
      />
      <FeedForm
        initial={initial}
        feed={null}
        saving={creation}
        action="Make feed"
        onSave={(draft) => creation.mutate(draft)}
        onCancel={() => void navigate({ to: "/feeds" })}
        onKind={(chosen) => {
          void navigate({ search: { kind: chosen }, replace: true, ignoreBlocker: true });
        }}
      />
    </div>
  );
}
