import { Menu, UnstyledButton } from "@mantine/core";
import { IconLogout, IconSelector, IconUser } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { api, unwrap } from "@/api/client";
import { meQuery } from "@/api/queries";
import type { User } from "@/api/types";
import styles from "@/app/Sidebar.module.css";
import { LinkMenuItem } from "@/components/links";
import { uploads } from "@/features/uploads/uploadStore";

function useSignOut() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => unwrap(api.POST("/api/logout")),
    onSettled: () => {
      uploads.clear();
      queryClient.clear();
      return navigate({ to: "/login" });
    },
  });
}

/** The workspace, or what one is on this server where the workspace is only oneself. */
function describeRole({ workspace, username, is_admin }: User): string {
  if (workspace.name !== username) return workspace.name;
  return is_admin ? "Administrator" : "Personal workspace";
}

export function AccountMenu({ onNavigate }: { onNavigate?: () => void }) {
  const { data: user } = useQuery(meQuery);
  const signOut = useSignOut();
  if (!user) return null;
  const name = user.email ?? user.username;
  return (
    <Menu position="top-start">
      <Menu.Target>
        <UnstyledButton className={styles.account}>
          <span className="visually-hidden">Account of</span>
          <span className={styles.avatar} aria-hidden>
            {name.slice(0, 1).toUpperCase()}
          </span>
          <span className={styles.who}>
            <span className="truncate">{name}</span>
            <span className="truncate">{describeRole(user)}</span>
          </span>
          <IconSelector size={15} stroke={1.7} aria-hidden style={{ marginLeft: "auto" }} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <LinkMenuItem
          to="/account"
          leftSection={<IconUser size={15} stroke={1.7} />}
          onClick={onNavigate}
        >
          Account
        </LinkMenuItem>
        <Menu.Item
          leftSection={<IconLogout size={15} stroke={1.7} />}
          onClick={() => {
            signOut.mutate();
          }}
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
