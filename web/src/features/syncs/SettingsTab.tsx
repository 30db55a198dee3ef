import type { Sync } from "@/api/types";
import { CodeBlock } from "@/components/CodeBlock";
import { Facts, type Fact } from "@/components/Facts";
import { ForEditors } from "@/components/ForEditors";
import { LinkButton } from "@/components/links";
import page from "@/components/page.module.css";
import { ShowCurl } from "@/components/ShowCurl";
import { SECRET_HEADER } from "@/features/syncs/headerDraft";
import { syncPath } from "@/features/syncs/syncQueries";
import styles from "@/features/syncs/syncs.module.css";
import { targetFacts } from "@/features/syncs/targetFacts";
import { changesWords } from "@/features/syncs/words";
import { formatDateTime, formatInteger } from "@/lib/format";
import { listOf, spaced } from "@/lib/words";

/** `header:X-Api-Key` is "header X-Api-Key", `signing_key` is "signing key". */
function secretWord(name: string): string {
  return name.startsWith(SECRET_HEADER)
    ? `header ${name.slice(SECRET_HEADER.length)}`
    : spaced(name);
}

function secretWords({ secrets }: Sync): string {
  const set = Object.keys(secrets).filter((name) => secrets[name]);
  return set.length === 0 ? "none" : `${listOf(set.map(secretWord))}; never shown`;
}

function fieldWords({ column, value }: NonNullable<Sync["fields"]>[number]): string {
  return column != null ? `column ${column}` : `always ${JSON.stringify(value ?? null)}`;
}

function generalFacts(sync: Sync): Fact[] {
  return [
    ["Sends", changesWords(sync.changes)],
    ["Records in a batch", `up to ${formatInteger(sync.batch_size)}`],
    ["Schedule", sync.schedule_text ?? "only when told to"],
    ["Name in the API", <code key="slug">{sync.slug}</code>],
    ["Made", formatDateTime(sync.created_at)],
    ["Changed", formatDateTime(sync.updated_at)],
  ];
}

/** How the sync is configured, and how a program does what the page does. */
export function SettingsTab({ sync }: { sync: Sync }) {
  const path = syncPath(sync.slug);
  return (
    <div className={styles.tabContent}>
      {sync.is_managed && (
        <p className="muted">
          The server&rsquo;s environment configures this sync: BASE_URL, USERNAME, PASSWORD and
          SYNC_INTERVAL_MINUTES.
        </p>
      )}
      <div className={styles.settingsHead}>
        <h2 className={styles.subhead}>Settings</h2>
        {!sync.is_managed && (
          <ForEditors>
            <LinkButton size="xs" variant="default" to="/syncs/$id/edit" params={{ id: sync.slug }}>
              Edit
            </LinkButton>
          </ForEditors>
        )}
      </div>
      <section className={`${page.card} ${styles.summary}`} aria-label="Settings">
        <Facts facts={generalFacts(sync)} isGrid />
      </section>
      <h2 className={styles.subhead}>Destination</h2>
      <section className={`${page.card} ${styles.summary}`} aria-label="Destination">
        <Facts facts={[...targetFacts(sync.destination), ["Secrets", secretWords(sync)]]} isGrid />
      </section>
      {sync.fields && (
        <>
          <h2 className={styles.subhead}>Fields of a record</h2>
          <section className={`${page.card} ${styles.summary}`} aria-label="Fields of a record">
            <Facts facts={sync.fields.map((field) => [field.name, fieldWords(field)])} isGrid />
          </section>
        </>
      )}
      <h2 className={styles.subhead}>By a program</h2>
      <CodeBlock
        label="a run in curl"
        code={`curl -X POST -H "Authorization: Bearer $ROWMILL_KEY" '${window.location.origin}${path}/run'`}
      />
      <ShowCurl label="this sync" path={path} />
    </div>
  );
}
