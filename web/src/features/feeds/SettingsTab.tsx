import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { CodeBlock } from "@/components/CodeBlock";
import { DataFrame } from "@/components/DataFrame";
import { Facts, type Fact } from "@/components/Facts";
import { ForEditors } from "@/components/ForEditors";
import { LinkButton } from "@/components/links";
import { toCurl } from "@/components/ShowCurl";
import { afterWords } from "@/features/feeds/afterWords";
import { feedPath, feedQuery, type Feed } from "@/features/feeds/feedQueries";
import styles from "@/features/feeds/feeds.module.css";
import { KIND_WORDS, sourceWords, targetWords } from "@/features/feeds/words";
import { formatDateTime } from "@/lib/format";
import { spaced } from "@/lib/words";

const route = getRouteApi("/app/feeds/$id/settings");

function secretWords(secrets: Feed["secrets"]): string {
  const set = Object.keys(secrets).filter((name) => secrets[name]);
  return set.length === 0 ? "none" : `${set.map(spaced).join(", ")}: set`;
}

function sourceFacts(feed: Feed): readonly Fact[] {
  const { source } = feed;
  return [
    ["Source", KIND_WORDS[feed.kind].word],
    ["Place", source.kind === "https" ? source.urls.join(", ") : sourceWords(source)],
    ["Folders below", source.kind !== "https" && (source.recursive ? "too" : "left alone")],
    ["Endpoint", source.kind === "s3" && (source.endpoint ?? "Amazon S3")],
    ["Secrets", source.kind !== "folder" && secretWords(feed.secrets)],
    ["Host key", feed.host_key_fingerprint && <code>{feed.host_key_fingerprint}</code>],
    ["Schedule", feed.schedule?.description ?? "Only when told to"],
    ["Afterwards", afterWords(feed.after)],
    ["Stable for", `${feed.stable_seconds} s`],
    ["Left alone", feed.ignore.length > 0 && <code>{feed.ignore.join("  ")}</code>],
    ["Made", formatDateTime(feed.created_at)],
  ];
}

function Rules({ rules }: Pick<Feed, "rules">) {
  if (rules.length === 0) return <p className="muted">None: files are kept, not imported.</p>;
  return (
    <DataFrame label="Rules" isBordered>
      <table>
        <thead>
          <tr>
            <th scope="col">Pattern</th>
            <th scope="col">Goes to</th>
            <th scope="col">Mode</th>
            <th scope="col">Key</th>
          </tr>
        </thead>
        <tbody>
          {rules.map((rule, index) => (
            <tr key={index}>
              <td className="mono">
                {rule.pattern}
                {rule.syntax === "regex" && <small className="muted"> regex</small>}
              </td>
              <td>{targetWords(rule)}</td>
              <td>{rule.mode ?? (rule.template ? "the template’s" : "append")}</td>
              <td>{rule.key.join(", ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </DataFrame>
  );
}

function Commands({ id }: { id: string }) {
  const { origin } = window.location;
  const path = feedPath(id);
  return (
    <>
      <CodeBlock label="reading the feed" code={toCurl({ path }, origin)} />
      <CodeBlock
        label="running the feed"
        code={toCurl({ method: "POST", path: `${path}/run` }, origin)}
      />
      <CodeBlock
        label="changing the schedule"
        code={toCurl(
          {
            method: "PATCH",
            path,
            body: { schedule: { cron: "30 6 * * 1-5", time_zone: "Europe/Berlin" } },
          },
          origin,
        )}
      />
    </>
  );
}

/** How the feed is set up, and the same by the API. */
export function SettingsTab() {
  const { id } = route.useParams();
  const { data } = useQuery(feedQuery(id));
  if (!data) return null;
  return (
    <div className={styles.settings}>
      <section className={styles.section}>
        <div className={styles.sectionHead}>
          <h2>Settings</h2>
          <ForEditors>
            <LinkButton size="xs" variant="default" to="/feeds/$id/edit" params={{ id }}>
              Edit
            </LinkButton>
          </ForEditors>
        </div>
        <Facts isGrid facts={sourceFacts(data.feed)} />
      </section>
      <section className={styles.section}>
        <h2>Rules, the first that fits counts</h2>
        <Rules rules={data.feed.rules} />
      </section>
      <section className={styles.section}>
        <h2>By the API</h2>
        <Commands id={id} />
      </section>
    </div>
  );
}
