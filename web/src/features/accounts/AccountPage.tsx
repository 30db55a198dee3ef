import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";

import { instanceQuery, meQuery } from "@/api/queries";
import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { ThemeToggle } from "@/components/ThemeToggle";
import styles from "@/features/accounts/accounts.module.css";
import { SessionList } from "@/features/accounts/SessionList";
import { KeysPanel } from "@/features/keys/KeysPanel";
import { MailPanel } from "@/features/notifications/MailPanel";
import { formatDateTime } from "@/lib/format";

function Profile() {
  const { data: user } = useQuery(meQuery);
  const { data: instance } = useQuery(instanceQuery);
  if (!user) return null;
  const facts: [string, string][] = [
    ["Signed in as", user.email ?? user.username],
    ["Workspace", `${user.workspace.name} (${user.workspace.role})`],
    ["Role on this server", user.is_admin ? "Administrator" : "User"],
    ["Member since", formatDateTime(user.created_at)],
    ["Server", instance ? `Rowmill ${instance.version}` : "Rowmill"],
  ];
  return (
    <dl className={styles.facts}>
      {facts.map(([term, words]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{words}</dd>
        </div>
      ))}
      <div>
        <dt>Colours</dt>
        <dd>
          <ThemeToggle labelled />
        </dd>
      </div>
    </dl>
  );
}

export function AccountPage() {
  useDocumentTitle("Account · Rowmill");
  return (
    <div className={`${page.page} ${page.narrow}`}>
      <PageHeader title="Account" />
      <section className={styles.panel} aria-label="Profile">
        <Profile />
      </section>
      <KeysPanel />
      <MailPanel />
      <section className={styles.panel} aria-labelledby="sessions">
        <header className={styles.panelHead}>
          <h2 id="sessions">Sessions</h2>
          <p>Where you are signed in. Revoke what you do not know.</p>
        </header>
        <SessionList />
      </section>
    </div>
  );
}
