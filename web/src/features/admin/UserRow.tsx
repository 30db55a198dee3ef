import { useQuery } from "@tanstack/react-query";

import { meQuery } from "@/api/queries";
import type { ManagedUser } from "@/api/types";
import { TimeAgo } from "@/components/TimeAgo";
import styles from "@/features/admin/admin.module.css";
import { UserMenu } from "@/features/admin/UserMenu";

export function UserRow({ user }: { user: ManagedUser }) {
  const { data: me } = useQuery(meQuery);
  return (
    <tr data-off={user.is_disabled}>
      <td className={styles.main}>
        <span className="truncate">{user.email ?? user.username}</span>
        {me?.id === user.id && <span className={styles.tag}>you</span>}
      </td>
      <td>{user.is_admin ? "Administrator" : "User"}</td>
      <td>
        <span className={styles.state} data-tone={user.is_disabled ? "bad" : "good"}>
          {user.is_disabled ? "Disabled" : "Active"}
        </span>
      </td>
      <td data-label="seen">
        {user.last_seen_at === null ? "never" : <TimeAgo at={user.last_seen_at} />}
      </td>
      <td data-label="since">
        <TimeAgo at={user.created_at} />
      </td>
      <td className={styles.actions}>
        <UserMenu user={user} />
      </td>
    </tr>
  );
}
