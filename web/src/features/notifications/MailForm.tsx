import { Alert, Button, Group, MultiSelect } from "@mantine/core";
import { notifications as toasts } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { ApiError, toMessage } from "@/api/problem";
import { keys, meQuery } from "@/api/queries";
import type { Notifications } from "@/api/types";
import { EventChoice } from "@/components/EventChoice";
import { useCanEdit } from "@/components/useCanEdit";
import {
  notificationsQuery,
  saveNotifications,
} from "@/features/notifications/notificationQueries";
import styles from "@/features/notifications/notifications.module.css";

function useSave() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: saveNotifications,
    onSuccess: async (saved) => {
      queryClient.setQueryData(notificationsQuery.queryKey, saved);
      toasts.show({
        message:
          saved.events.length > 0
            ? `Mails go to ${saved.addresses.join(", ")}.`
            : "No mails are sent to you.",
      });
      await queryClient.invalidateQueries({ queryKey: keys.notifications });
    },
  });
}

interface RecipientProps {
  notifications: Notifications;
  addresses: string[];
  error?: string;
  onChange: (addresses: string[]) => void;
}

/** To whom; only editors may name others. */
function Recipients({ notifications, addresses, error, onChange }: RecipientProps) {
  const canEdit = useCanEdit();
  const { data: user } = useQuery(meQuery);
  const own = user?.email ?? null;
  if (!canEdit) {
    return (
      <p className="muted">
        {own === null ? "Your account has no mail address." : `They are sent to ${own}.`}
      </p>
    );
  }
  return (
    <MultiSelect
      label="To"
      description="Members of this workspace."
      placeholder={addresses.length === 0 ? (own ?? "Choose a member") : undefined}
      data={notifications.member_addresses}
      value={addresses}
      error={error}
      onChange={onChange}
    />
  );
}

/** What is sent by mail, and to whom. */
export function MailForm({ notifications }: { notifications: Notifications }) {
  const [draft, setDraft] = useState(() => ({
    events: notifications.events,
    rejects_above: notifications.rejects_above,
    addresses: notifications.addresses,
  }));
  const save = useSave();
  const errors = save.error instanceof ApiError ? save.error.fields : {};
  const isOfField = errors.events !== undefined || errors.addresses !== undefined;
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(draft);
      }}
    >
      {!notifications.mail_available && (
        <Alert variant="light" color="yellow" title="This server cannot send mail at present">
          What is chosen here stays, and is sent again once mail is set up.
        </Alert>
      )}
      <EventChoice
        events={draft.events}
        rejectsAbove={draft.rejects_above}
        error={errors.events}
        onChange={(events) => setDraft({ ...draft, events })}
        onRejectsAbove={(count) => setDraft({ ...draft, rejects_above: count })}
      />
      <Recipients
        notifications={notifications}
        addresses={draft.addresses}
        error={errors.addresses}
        onChange={(addresses) => setDraft({ ...draft, addresses })}
      />
      {save.error && !isOfField && (
        <Alert color="red" variant="light" role="alert">
          {toMessage(save.error)}
        </Alert>
      )}
      <Group justify="flex-end">
        <Button type="submit" size="xs" loading={save.isPending}>
          Save notifications
        </Button>
      </Group>
    </form>
  );
}
