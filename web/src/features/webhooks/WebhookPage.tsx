import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { isNotFound } from "@/api/problem";
import type { Webhook } from "@/api/types";
import { Facts } from "@/components/Facts";
import { LinkAnchor } from "@/components/links";
import { LoadError } from "@/components/LoadError";
import { NotFoundPage } from "@/components/NotFoundPage";
import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { PageLoading } from "@/components/PageLoading";
import { ShowCurl } from "@/components/ShowCurl";
import { StateBadge } from "@/components/StateBadge";
import { TimeAgo } from "@/components/TimeAgo";
import { useCanEdit } from "@/components/useCanEdit";
import { DeliveryLog } from "@/features/webhooks/DeliveryLog";
import { WebhookActions } from "@/features/webhooks/WebhookActions";
import { WebhookHealth } from "@/features/webhooks/WebhookHealth";
import { webhookPath, webhookQuery } from "@/features/webhooks/webhookQueries";
import styles from "@/features/webhooks/webhooks.module.css";
import { stateOf } from "@/features/webhooks/words";
import { formatInteger } from "@/lib/format";

const route = getRouteApi("/app/webhooks/$id");

function Summary({ webhook }: { webhook: Webhook }) {
  const { events, last_delivered_at, rejects_above } = webhook;
  const tellsOfRejects = events.includes("*") || events.includes("import.rejects");
  return (
    <section className={`${page.card} ${styles.summary}`} aria-label="State">
      <Facts
        isGrid
        facts={[
          ["State", <StateBadge key="state" state={stateOf(webhook)} />],
          [
            "Last arrived",
            last_delivered_at === null ? "never" : <TimeAgo key="last" at={last_delivered_at} />,
          ],
          ["Tells of", events.includes("*") ? "all events" : events.join(", ")],
          ["Rejects are told above", tellsOfRejects && formatInteger(rejects_above)],
        ]}
      />
    </section>
  );
}

/** One webhook: whether it arrives, and all that was sent. */
export function WebhookPage() {
  const { id } = route.useParams();
  const canEdit = useCanEdit();
  const { data: read, error, refetch } = useQuery(webhookQuery(id));
  useDocumentTitle(`${read?.webhook.name ?? "Webhook"} · Rowmill`);
  if (isNotFound(error)) {
    return (
      <NotFoundPage title="No such webhook" message="It may have been deleted." error={error} />
    );
  }
  if (error && !read) return <LoadError level={1} error={error} onRetry={() => void refetch()} />;
  if (!read) return <PageLoading />;
  const { webhook } = read;
  return (
    <div className={page.page} key={id}>
      <div>
        <LinkAnchor to="/webhooks" size="sm">
          All webhooks
        </LinkAnchor>
      </div>
      <PageHeader
        title={webhook.name}
        lead={<span className={styles.url}>{webhook.url}</span>}
        actions={canEdit && <WebhookActions read={read} />}
      />
      <WebhookHealth webhook={webhook} />
      <Summary webhook={webhook} />
      <DeliveryLog webhook={webhook} />
      <ShowCurl label="the deliveries" path={`${webhookPath(id)}/deliveries`} />
    </div>
  );
}
