import { Button } from "@mantine/core";
import { useDisclosure, useDocumentTitle } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconPlus, IconWebhook } from "@tabler/icons-react";

import { ListSkeleton } from "@/components/ListSkeleton";
import { LoadError } from "@/components/LoadError";
import { LoadMore } from "@/components/LoadMore";
import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { ShowCurl } from "@/components/ShowCurl";
import { StateMessage } from "@/components/StateMessage";
import { useCanEdit } from "@/components/useCanEdit";
import { NewWebhookDialog } from "@/features/webhooks/NewWebhookDialog";
import { webhooksQuery } from "@/features/webhooks/webhookQueries";
import { WebhookTable } from "@/features/webhooks/WebhookTable";

function NoWebhooks({ onNew }: { onNew: () => void }) {
  const canEdit = useCanEdit();
  return (
    <StateMessage
      icon={<IconWebhook size={22} stroke={1.6} />}
      title="No webhooks yet"
      actions={canEdit && <Button onClick={onNew}>New webhook</Button>}
    >
      <p>
        A webhook tells another program at once what happens here: an import finished or failed, a
        file had rejects, a sync is failing. Messages are signed, tried again where they fail, and
        kept in a log.
      </p>
    </StateMessage>
  );
}

/** Every webhook of the workspace. */
export function WebhooksPage() {
  useDocumentTitle("Webhooks · Rowmill");
  const canEdit = useCanEdit();
  const [isMaking, making] = useDisclosure(false);
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useInfiniteQuery(webhooksQuery);
  const webhooks = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className={page.page}>
      <PageHeader
        title="Webhooks"
        lead="Tell other programs what happens here."
        actions={
          canEdit && (
            <Button leftSection={<IconPlus size={16} stroke={2} />} onClick={making.open}>
              New webhook
            </Button>
          )
        }
      />
      {error && !data && <LoadError error={error} onRetry={() => void refetch()} />}
      {!data && !error && <ListSkeleton label="webhooks" rows={3} height={56} />}
      {data && webhooks.length === 0 && <NoWebhooks onNew={making.open} />}
      {webhooks.length > 0 && <WebhookTable webhooks={webhooks} />}
      <LoadMore
        hasMore={hasNextPage}
        isLoading={isFetchingNextPage}
        onMore={() => void fetchNextPage()}
      />
      <ShowCurl label="this list" path="/api/webhooks" />
      <NewWebhookDialog opened={isMaking} onClose={making.close} />
    </div>
  );
}
