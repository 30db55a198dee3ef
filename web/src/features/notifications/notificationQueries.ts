import { queryOptions } from "@tanstack/react-query";

import { api, unwrap } from "@/api/client";
import { keys } from "@/api/queries";
import type { Notifications } from "@/api/types";

export const notificationsQuery = queryOptions({
  queryKey: [...keys.notifications, "mine"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/notifications", { signal })),
});

type Choice = Pick<Notifications, "events" | "rejects_above" | "addresses">;

/** What is to be sent; without an address it goes to one's own. */
export const saveNotifications = ({ addresses, ...choice }: Choice) =>
  unwrap(
    api.PUT("/api/notifications", {
      body: { ...choice, addresses: addresses.length > 0 ? addresses : null },
    }),
  );
