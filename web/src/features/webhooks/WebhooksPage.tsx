import { Button } from "@mantine/core";
import { useDisclosure, useDocumentTitle } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconPlus, IconWebhook } from "@tabler/icons-react";

import { PageHeader } from "@/components/PageHeader";
import { PagedItems } from "@/components/PagedItems";
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
  const list = useInfiniteQuery(webhooksQuery);
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
      <PagedItems
        list={list}
        label="webhooks"
        rowHeight={56}
        empty={<NoWebhooks onNew={making.open} />}
      >
        {(webhooks) => <WebhookTable webhooks={webhooks} />}
      </PagedItems>
      <ShowCurl label="this list" path="/api/webhooks" />
      <NewWebhookDialog opened={isMaking} onClose={making.close} />
    </div>
  );
}
