import { Button, Skeleton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { IconDeviceDesktop, IconDeviceMobile, IconTerminal2 } from "@tabler/icons-react";

import { api, unwrap } from "@/api/client";
import { toMessage } from "@/api/problem";
import { keys, sessionsQuery } from "@/api/queries";
import type { SessionItem } from "@/api/types";
import { LoadError } from "@/components/LoadError";
import { TimeAgo } from "@/components/TimeAgo";
import styles from "@/features/accounts/accounts.module.css";
import { describeAgent, type AgentKind } from "@/features/accounts/userAgent";

const ICONS: Record<AgentKind, typeof IconDeviceDesktop> = {
  desktop: IconDeviceDesktop,
  mobile: IconDeviceMobile,
  program: IconTerminal2,
};

function useRevoke() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(api.DELETE("/api/sessions/{session_id}", { params: { path: { session_id: id } } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.sessions }),
    onError: (error) => {
      notifications.show({ color: "red", message: toMessage(error) });
    },
  });
}

function SessionRow({ session }: { session: SessionItem }) {
  const revoke = useRevoke();
  const { kind, words } = describeAgent(session.user_agent);
  const Icon = ICONS[kind];
  return (
    <li className={styles.session}>
      <Icon size={20} stroke={1.5} aria-hidden />
      <div className={styles.sessionText}>
        <span>
          {words}
          {session.is_current && <span className={styles.here}>this one</span>}
        </span>
        <small>
          {session.ip_address} · active <TimeAgo at={session.last_seen_at} /> · signed in{" "}
          <TimeAgo at={session.created_at} />
        </small>
      </div>
      {!session.is_current && (
        <Button
          size="xs"
          variant="default"
          loading={revoke.isPending}
          aria-label={`Revoke the session of ${words}`}
          onClick={() => {
            revoke.mutate(session.id);
          }}
        >
          Revoke
        </Button>
      )}
    </li>
  );
}

export function SessionList() {
  const { data, error, refetch } = useQuery(sessionsQuery);
  if (error && !data) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton h={120} m={16} role="status" aria-label="Loading sessions" />;
  return (
    <ul className={styles.sessions} aria-label="Sessions">
      {data.items.map((session) => (
        <SessionRow key={session.id} session={session} />
      ))}
    </ul>
  );
}
