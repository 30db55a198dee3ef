import { useInterval } from "@mantine/hooks";
import { useState } from "react";

import { formatAgo, formatDateTime } from "@/lib/format";

/** How long ago, kept current; the exact moment on hover. */
export function TimeAgo({ at }: { at: string }) {
  const [now, setNow] = useState(() => Date.now());
  useInterval(
    () => {
      setNow(Date.now());
    },
    30_000,
    { autoInvoke: true },
  );
  return (
    <time dateTime={at} title={formatDateTime(at)}>
      {formatAgo(at, Math.max(now, new Date(at).getTime()))}
    </time>
  );
}
