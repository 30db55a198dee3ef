import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { LoadError } from "@/components/LoadError";
import { MailForm } from "@/features/notifications/MailForm";
import { notificationsQuery } from "@/features/notifications/notificationQueries";
import styles from "@/features/notifications/notifications.module.css";

function Content() {
  const { data, error, refetch } = useQuery(notificationsQuery);
  if (error && !data) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton h={64} role="status" aria-label="Loading notifications" />;
  if (!data.mail_available && data.events.length === 0) {
    return (
      <p className={styles.none}>
        This server is not set up to send mail. Its administrator can change that by the SMTP
        settings (<code>ROWMILL_SMTP_HOST</code> and more). Webhooks work without.
      </p>
    );
  }
  return <MailForm notifications={data} />;
}

/** Which events of the workspace the user gets by mail. */
export function MailPanel() {
  return (
    <section className={styles.panel} aria-labelledby="notifications">
      <header className={styles.head}>
        <h2 id="notifications">Notifications</h2>
        <p>What this workspace tells by mail. Of many events in a minute, one mail tells.</p>
      </header>
      <div className={styles.body}>
        <Content />
      </div>
    </section>
  );
}
