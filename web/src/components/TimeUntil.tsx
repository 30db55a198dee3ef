import { useInterval } from "@mantine/hooks";
import { useState } from "react";

import { formatAhead, formatDateTime } from "@/lib/format";

/** How long until something happens by itself, kept current; the exact moment on hover. */
export function TimeUntil({ at }: { at: string }) {
  const [now, setNow] = useState(() => Date.now());
  useInterval(() => setNow(Date.now()), 5_000, { autoInvoke: true });
  return (
    <time dateTime={at} title={formatDateTime(at)}>
      {formatAhead(at, now)}
    </time>
  );
}
