import { Link } from "@tanstack/react-router";

import type { Webhook } from "@/api/types";
import list from "@/components/listTable.module.css";
import { StateBadge } from "@/components/StateBadge";
import { TimeAgo } from "@/components/TimeAgo";
import styles from "@/features/webhooks/webhooks.module.css";
import { eventsWords, stateOf } from "@/features/webhooks/words";

function Row({ webhook }: { webhook: Webhook }) {
  const { id, name, url, last_delivered_at } = webhook;
  return (
    <tr>
      <th scope="row">
        <Link to="/webhooks/$id" params={{ id }} className={styles.name}>
          {name}
        </Link>
        <span className={styles.url}>{url}</span>
      </th>
      <td>
        <StateBadge state={stateOf(webhook)} />
      </td>
      <td data-extra>{eventsWords(webhook)}</td>
      <td data-extra className={styles.when}>
        {last_delivered_at === null ? "never" : <TimeAgo at={last_delivered_at} />}
      </td>
    </tr>
  );
}

export function WebhookTable({ webhooks }: { webhooks: readonly Webhook[] }) {
  return (
    <div className={list.card}>
      <table className={`${list.table} ${styles.table}`} aria-label="Webhooks">
        <thead>
          <tr>
            <th scope="col">Webhook</th>
            <th scope="col">State</th>
            <th scope="col" data-extra>
              Tells of
            </th>
            <th scope="col" data-extra>
              Last arrived
            </th>
          </tr>
        </thead>
        <tbody>
          {webhooks.map((webhook) => (
            <Row key={webhook.id} webhook={webhook} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
