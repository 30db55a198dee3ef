import { SegmentedControl } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconSend } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";

import type { Delivery, Webhook } from "@/api/types";
import { LogItems } from "@/components/LogItem";
import { PagedItems } from "@/components/PagedItems";
import { StateMessage } from "@/components/StateMessage";
import { DeliveryItem } from "@/features/webhooks/DeliveryItem";
import { deliveriesQuery } from "@/features/webhooks/webhookQueries";
import styles from "@/features/webhooks/webhooks.module.css";

const route = getRouteApi("/app/webhooks/$id");

const STATES: readonly { value: Delivery["status"] | "all"; label: string }[] = [
  { value: "all", label: "All" },
  { value: "delivered", label: "Delivered" },
  { value: "pending", label: "Pending" },
  { value: "failed", label: "Failed" },
];

function toStatus(asked: string | undefined): Delivery["status"] | undefined {
  const found = STATES.find(({ value }) => value === asked)?.value;
  return found === "all" ? undefined : found;
}

/** Which delivery is open after one was opened or closed; closing one leaves another open. */
function openAfter(open: string | undefined, id: string, isOpen: boolean): string | undefined {
  if (isOpen) return id;
  return open === id ? undefined : open;
}

/** What was sent to the webhook, newest first. */
export function DeliveryLog({ webhook }: { webhook: Webhook }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const status = toStatus(search.status);
  const list = useInfiniteQuery(deliveriesQuery(webhook.id, status));
  const nothing = (
    <StateMessage
      icon={<IconSend size={22} stroke={1.6} />}
      title={status === undefined ? "Nothing has been sent yet" : "None in this state"}
    >
      <p>A test shows at once whether messages arrive.</p>
    </StateMessage>
  );
  return (
    <section className={styles.log} aria-labelledby="deliveries">
      <header className={styles.logHead}>
        <h2 id="deliveries">Deliveries</h2>
        <SegmentedControl
          size="xs"
          aria-label="State of the deliveries"
          value={status ?? "all"}
          data={[...STATES]}
          onChange={(value) =>
            void navigate({
              search: (old) => ({ ...old, status: value === "all" ? undefined : value }),
              replace: true,
            })
          }
        />
      </header>
      <PagedItems list={list} label="deliveries" empty={nothing}>
        {(deliveries) => (
          <LogItems label="Deliveries">
            {deliveries.map((delivery) => (
              <DeliveryItem
                key={delivery.id}
                webhook={webhook}
                delivery={delivery}
                isOpen={search.delivery === delivery.id}
                onToggle={(isOpen) =>
                  void navigate({
                    search: (old) => ({
                      ...old,
                      delivery: openAfter(old.delivery, delivery.id, isOpen),
                    }),
                    replace: true,
                    resetScroll: false,
                  })
                }
              />
            ))}
          </LogItems>
        )}
      </PagedItems>
    </section>
  );
}
