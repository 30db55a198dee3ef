import { notifications } from "@mantine/notifications";

import { ApiError } from "@/api/problem";
import { describeFailure } from "@/components/failures";

/** Tells of an action that failed; the page stays as it is. */
export function notifyError(error: unknown): void {
  const { title, happened, reference } = describeFailure(error);
  const isOurs = error instanceof ApiError && error.status < 500 && error.status !== 0;
  notifications.show({
    color: "red",
    title: isOurs ? undefined : title,
    message: isOurs || reference === null ? happened : `${happened} Reference ${reference}`,
  });
}
