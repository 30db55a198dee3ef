import { ActionIcon, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import {
  IconDots,
  IconHistory,
  IconKey,
  IconShield,
  IconShieldOff,
  IconUserCheck,
  IconUserOff,
} from "@tabler/icons-react";

import { api, unwrap } from "@/api/client";
import { keys } from "@/api/queries";
import type { ManagedUser } from "@/api/types";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { LinkMenuItem } from "@/components/links";
import { notifyError } from "@/components/notifyError";
import { PasswordLinkDialog } from "@/features/admin/PasswordLinkDialog";

type Change = Partial<Pick<ManagedUser, "is_admin" | "is_disabled">>;

function useChange(user: ManagedUser, onDone: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: Change) =>
      unwrap(
        api.PATCH("/api/admin/users/{user_id}", { params: { path: { user_id: user.id } }, body }),
      ),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.admin }),
    onError: notifyError,
    onSettled: onDone,
  });
}

const ICON = { size: 15, stroke: 1.7 };

interface DialogProps {
  user: ManagedUser;
  opened: boolean;
  onClose: () => void;
  isPending: boolean;
  onConfirm: () => void;
}

function DisableDialog({ user, ...rest }: DialogProps) {
  return (
    <ConfirmDialog {...rest} title={`Disable ${nameOf(user)}`} action="Disable" isDangerous>
      Their sessions and API keys stop at once. Their data stays, and you can enable them again.
    </ConfirmDialog>
  );
}

function AdminDialog({ user, ...rest }: DialogProps) {
  return (
    <ConfirmDialog
      {...rest}
      title={user.is_admin ? `${nameOf(user)} as a user` : `${nameOf(user)} as administrator`}
      action={user.is_admin ? "Take away" : "Make administrator"}
    >
      {user.is_admin
        ? "They keep their account and data, and lose this administration."
        : "They may do all that you may do here, to every user and workspace."}
    </ConfirmDialog>
  );
}

function nameOf({ email, username }: ManagedUser): string {
  return email ?? username;
}

/** What an administrator can do with a user. */
export function UserMenu({ user }: { user: ManagedUser }) {
  const [isDisabling, disabling] = useDisclosure(false);
  const [isPromoting, promoting] = useDisclosure(false);
  const [isResetting, resetting] = useDisclosure(false);
  const change = useChange(user, () => {
    disabling.close();
    promoting.close();
  });
  return (
    <>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <ActionIcon aria-label={`Actions for ${nameOf(user)}`}>
            <IconDots size={17} stroke={1.7} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconKey {...ICON} />} onClick={resetting.open}>
            Reset password…
          </Menu.Item>
          <Menu.Item
            leftSection={user.is_admin ? <IconShieldOff {...ICON} /> : <IconShield {...ICON} />}
            onClick={promoting.open}
          >
            {user.is_admin ? "Take administration away…" : "Make administrator…"}
          </Menu.Item>
          <LinkMenuItem
            to="/admin/audit"
            search={{ user: user.id }}
            leftSection={<IconHistory {...ICON} />}
          >
            What they did
          </LinkMenuItem>
          <Menu.Divider />
          {user.is_disabled ? (
            <Menu.Item
              leftSection={<IconUserCheck {...ICON} />}
              onClick={() => {
                change.mutate({ is_disabled: false });
              }}
            >
              Enable
            </Menu.Item>
          ) : (
            <Menu.Item color="red" leftSection={<IconUserOff {...ICON} />} onClick={disabling.open}>
              Disable…
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <DisableDialog
        user={user}
        opened={isDisabling}
        onClose={disabling.close}
        isPending={change.isPending}
        onConfirm={() => {
          change.mutate({ is_disabled: true });
        }}
      />
      <AdminDialog
        user={user}
        opened={isPromoting}
        onClose={promoting.close}
        isPending={change.isPending}
        onConfirm={() => {
          change.mutate({ is_admin: !user.is_admin });
        }}
      />
      <PasswordLinkDialog user={user} opened={isResetting} onClose={resetting.close} />
    </>
  );
}
