import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { api, unwrap, unwrapTagged } from "@/api/client";
import { keys, paged } from "@/api/queries";
import type { Delivery, Webhook, WebhookInput } from "@/api/types";

/** A webhook and the ETag it was read with; null where the server sent none. */
export interface ReadWebhook {
  webhook: Webhook;
  etag: string | null;
}

export const webhookPath = (id: string) => `/api/webhooks/${encodeURIComponent(id)}`;

const at = (id: string) => ({ path: { webhook_id: id } });

export const webhooksQuery = infiniteQueryOptions({
  queryKey: [...keys.webhooks, "list"],
  queryFn: ({ signal, pageParam }) =>
    unwrap(
      api.GET("/api/webhooks", { signal, params: { query: { limit: 50, cursor: pageParam } } }),
    ),
  ...paged,
});

export const webhookQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.webhook(id), "detail"],
    queryFn: async ({ signal }): Promise<ReadWebhook> => {
      const { value: webhook, etag } = await unwrapTagged(
        api.GET("/api/webhooks/{webhook_id}", { signal, params: at(id) }),
      );
      return { webhook, etag };
    },
  });

export const deliveriesQuery = (id: string, status: Delivery["status"] | undefined) =>
  infiniteQueryOptions({
    queryKey: [...keys.webhook(id), "deliveries", status ?? "all"],
    queryFn: ({ signal, pageParam }) =>
      unwrap(
        api.GET("/api/webhooks/{webhook_id}/deliveries", {
          signal,
          params: { ...at(id), query: { status, limit: 30, cursor: pageParam } },
        }),
      ),
    ...paged,
  });

export const deliveryQuery = (id: string, deliveryId: string) =>
  queryOptions({
    queryKey: [...keys.webhook(id), "delivery", deliveryId],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/webhooks/{webhook_id}/deliveries/{delivery_id}", {
          signal,
          params: { path: { webhook_id: id, delivery_id: deliveryId } },
        }),
      ),
  });

export const createWebhook = (body: WebhookInput) => unwrap(api.POST("/api/webhooks", { body }));

/** @throws ApiError of status 412 where the webhook is no longer what the ETag names. */
export const changeWebhook = (id: string, etag: string | null, body: WebhookInput) =>
  unwrap(
    api.PATCH("/api/webhooks/{webhook_id}", {
      params: { ...at(id), header: { "if-match": etag } },
      body,
    }),
  );

export const deleteWebhook = (id: string) =>
  unwrap(api.DELETE("/api/webhooks/{webhook_id}", { params: at(id) }));

export const pauseWebhook = (id: string) =>
  unwrap(api.POST("/api/webhooks/{webhook_id}/pause", { params: at(id) }));

export const resumeWebhook = (id: string) =>
  unwrap(api.POST("/api/webhooks/{webhook_id}/resume", { params: at(id) }));

export const rotateSecret = (id: string) =>
  unwrap(api.POST("/api/webhooks/{webhook_id}/rotate-secret", { params: at(id) }));

export const testWebhook = (id: string) =>
  unwrap(api.POST("/api/webhooks/{webhook_id}/test", { params: at(id) }));

export const redeliver = (id: string, deliveryId: string) =>
  unwrap(
    api.POST("/api/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver", {
      params: { path: { webhook_id: id, delivery_id: deliveryId } },
    }),
  );
