import { Button, Popover, Skeleton } from "@mantine/core";
import { useMutation, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { IconKey } from "@tabler/icons-react";
import { useState } from "react";

import { api, unwrap } from "@/api/client";
import { apiKeysQuery, keys } from "@/api/queries";
import type { ApiKey } from "@/api/types";
import { LoadError } from "@/components/LoadError";
import { LoadMore } from "@/components/LoadMore";
import { notifyError } from "@/components/notifyError";
import { TimeAgo } from "@/components/TimeAgo";
import styles from "@/features/keys/keys.module.css";
import { formatDateTime } from "@/lib/format";

function useRevoke() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(api.DELETE("/api/keys/{key_id}", { params: { path: { key_id: id } } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.apiKeys }),
    onError: notifyError,
  });
}

/** Revoking cannot be undone, and a program may depend on the key: it is asked for twice. */
function Revoke({ apiKey }: { apiKey: ApiKey }) {
  const [isAsking, setAsking] = useState(false);
  const revoke = useRevoke();
  return (
    <Popover opened={isAsking} onChange={setAsking} position="bottom-end" trapFocus shadow="md">
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          aria-label={`Revoke ${apiKey.name}`}
          onClick={() => {
            setAsking(!isAsking);
          }}
        >
          Revoke
        </Button>
      </Popover.Target>
      <Popover.Dropdown maw={260}>
        <p style={{ margin: "0 0 10px" }}>Programs that use it are refused at once.</p>
        <Button
          size="xs"
          color="red"
          loading={revoke.isPending}
          onClick={() => {
            revoke.mutate(apiKey.id);
          }}
        >
          Revoke this key
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}

function Expiry({ apiKey: { expires_at, is_expired } }: { apiKey: ApiKey }) {
  if (expires_at === null) return "does not expire";
  if (is_expired)
    return <span className={styles.expired}>expired {formatDateTime(expires_at)}</span>;
  return <>expires {formatDateTime(expires_at)}</>;
}

function KeyRow({ apiKey }: { apiKey: ApiKey }) {
  const { name, prefix, scope, last_used_at } = apiKey;
  return (
    <li className={styles.key}>
      <IconKey size={20} stroke={1.5} aria-hidden />
      <div className={styles.text}>
        <span>
          <span className="truncate">{name}</span>
          <span className={styles.scope} data-scope={scope}>
            {scope === "write" ? "read and write" : "read"}
          </span>
        </span>
        <small>
          <span className="mono">{prefix}…</span> ·{" "}
          {last_used_at === null ? (
            "never used"
          ) : (
            <>
              used <TimeAgo at={last_used_at} />
            </>
          )}{" "}
          · <Expiry apiKey={apiKey} />
        </small>
      </div>
      <Revoke apiKey={apiKey} />
    </li>
  );
}

export function KeyList() {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useInfiniteQuery(apiKeysQuery);
  if (error && !data) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton h={64} m={16} role="status" aria-label="Loading API keys" />;
  const items = data.pages.flatMap((one) => one.items);
  if (items.length === 0) return <p className={styles.none}>No keys yet.</p>;
  return (
    <>
      <ul className={styles.list} aria-label="API keys">
        {items.map((apiKey) => (
          <KeyRow key={apiKey.id} apiKey={apiKey} />
        ))}
      </ul>
      <LoadMore
        hasMore={hasNextPage}
        isLoading={isFetchingNextPage}
        onMore={() => void fetchNextPage()}
      />
    </>
  );
}
