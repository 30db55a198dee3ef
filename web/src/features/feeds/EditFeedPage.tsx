import { useDocumentTitle } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";

import { isNotFound } from "@/api/problem";
import { keys } from "@/api/queries";
import { LoadError } from "@/components/LoadError";
import { NotFoundPage } from "@/components/NotFoundPage";
import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { PageLoading } from "@/components/PageLoading";
import { changeOf, draftOf, type FeedDraft } from "@/features/feeds/feedDraft";
import { FeedForm } from "@/features/feeds/FeedForm";
import { changeFeed, feedQuery, type ReadFeed } from "@/features/feeds/feedQueries";
import { KIND_WORDS } from "@/features/feeds/words";

const route = getRouteApi("/app/feeds/$id/edit");

interface Change {
  draft: FeedDraft;
  /** null saves whatever the feed has become meanwhile. */
  etag: string | null;
}

function useChange({ feed }: ReadFeed) {
  const navigate = route.useNavigate();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ draft, etag }: Change) => changeFeed(feed.id, etag, changeOf(draft, feed)),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: keys.feeds });
      await navigate({ to: "/feeds/$id", params: { id: feed.id }, ignoreBlocker: true });
    },
  });
}

function EditFeed({ read, onTheirs }: { read: ReadFeed; onTheirs: () => void }) {
  // What was typed stays, whatever happens to the feed meanwhile.
  const [began] = useState(read);
  const [initial] = useState(() => draftOf(read.feed));
  const navigate = route.useNavigate();
  const change = useChange(began);
  const { feed } = began;
  return (
    <div className={`${page.page} ${page.narrow}`}>
      <PageHeader title={`Edit ${feed.name}`} lead={KIND_WORDS[feed.kind].word} />
      <FeedForm
        initial={initial}
        feed={feed}
        saving={change}
        action="Save"
        onSave={(draft) => change.mutate({ draft, etag: began.etag })}
        onCancel={() => void navigate({ to: "/feeds/$id", params: { id: feed.id } })}
        onTheirs={onTheirs}
        onMine={(draft) => change.mutate({ draft, etag: null })}
      />
    </div>
  );
}

/** The form that changes a feed. */
export function EditFeedPage() {
  const { id } = route.useParams();
  const { data, error, refetch } = useQuery(feedQuery(id));
  const [round, setRound] = useState(0);
  useDocumentTitle(`Edit ${data?.feed.name ?? "feed"} · Rowmill`);
  if (isNotFound(error)) {
    return <NotFoundPage title="No such feed" message="It may have been deleted." error={error} />;
  }
  if (error && !data) return <LoadError level={1} error={error} onRetry={() => void refetch()} />;
  if (!data) return <PageLoading />;
  const startAgain = async () => {
    await refetch();
    setRound((now) => now + 1);
  };
  return <EditFeed key={`${id} ${round}`} read={data} onTheirs={() => void startAgain()} />;
}
