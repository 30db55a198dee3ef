import { Button, SegmentedControl } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { skipToken, useQuery } from "@tanstack/react-query";
import { IconExternalLink } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";

import { datasetQuery, exploreQuery, meQuery } from "@/api/queries";
import { CodeBlock } from "@/components/CodeBlock";
import styles from "@/features/developer/developer.module.css";
import { PYTHON_HEAD, toSnippets } from "@/features/developer/snippets";

const route = getRouteApi("/app/datasets/$slug/api");

type Language = "curl" | "python";

function useSnippets(slug: string) {
  const { data: user } = useQuery(meQuery);
  const { data: dataset } = useQuery(datasetQuery(slug));
  const query = exploreQuery(slug);
  const hasData = dataset !== undefined && dataset.version !== null;
  const { data: explore } = useQuery({ ...query, queryFn: hasData ? query.queryFn : skipToken });
  const name = user?.email ?? user?.username ?? "you@example.org";
  const snippets = toSnippets({
    origin: window.location.origin,
    slug,
    user: name,
    fileName: dataset?.original_filename ?? `${slug}.csv`,
    columns: dataset?.columns ?? [],
    explore,
  });
  return { name, snippets };
}

/** Everything the app does with this dataset, as lines for a terminal or a program. */
export function ApiTab() {
  const { slug } = route.useParams();
  const { name, snippets } = useSnippets(slug);
  const [language, setLanguage] = useLocalStorage<Language>({
    key: "rowmill-snippets",
    defaultValue: "curl",
  });
  return (
    <div className={styles.api}>
      <div className={styles.head}>
        <p className="muted">
          {language === "curl"
            ? "curl asks for your password."
            : "Needs the package httpx, and once at the top:"}
        </p>
        <SegmentedControl
          size="xs"
          aria-label="Language"
          value={language}
          onChange={(value) => {
            setLanguage(value);
          }}
          data={[
            { value: "curl", label: "curl" },
            { value: "python", label: "Python" },
          ]}
        />
      </div>
      {language === "python" && <CodeBlock label="set-up in Python" code={PYTHON_HEAD(name)} />}
      {snippets.map(({ title, lead, curl, python }) => (
        <section key={title} className={styles.snippet}>
          <h2>{title}</h2>
          <p className="muted">{lead}</p>
          <CodeBlock
            label={`${title} in ${language === "curl" ? "curl" : "Python"}`}
            code={language === "curl" ? curl : python}
          />
        </section>
      ))}
      <Button
        component="a"
        href="/docs"
        variant="default"
        style={{ justifySelf: "start" }}
        rightSection={<IconExternalLink size={15} stroke={1.7} />}
      >
        The whole API
      </Button>
    </div>
  );
}
