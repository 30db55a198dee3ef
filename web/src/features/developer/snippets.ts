import type { Column, Explore } from "@/api/types";
import { familyOf } from "@/lib/columnTypes";

export interface Snippet {
  title: string;
  lead: string;
  curl: string;
  python: string;
}

export interface SnippetContext {
  origin: string;
  slug: string;
  user: string;
  fileName: string;
  columns: readonly Column[];
  explore: Explore | undefined;
}

/** A filter that makes sense for this dataset, as a query string. */
function exampleFilter(columns: readonly Column[]): string {
  const number = columns.find(({ type }) => familyOf(type) === "number");
  if (number) return `${number.name}__gte=100`;
  const text = columns.find(({ type }) => familyOf(type) === "text");
  return text ? `${text.name}__icontains=a` : "limit=10";
}

/** An aggregation that makes sense for this dataset: the first chart of its Explore view. */
function exampleQuery(explore: Explore | undefined): string {
  const measure = explore?.measures[0];
  const metric = measure ? `${measure.aggregate}:${measure.column}` : "count";
  const dimension = explore?.dimensions[0]?.column;
  const group = explore?.time ? `${explore.time.column}:${explore.time.grain}` : dimension;
  return `${group === undefined ? "" : `group_by=${group}&`}metrics=${metric}`;
}

const AUTH = "auth=(USER, PASSWORD)";

function read(
  context: SnippetContext,
  path: string,
  query: string,
): Pick<Snippet, "curl" | "python"> {
  const { origin, slug, user } = context;
  const url = `${origin}/api/datasets/${slug}/${path}`;
  const params = new URLSearchParams(query);
  const pairs = [...params].map(([name, value]) => `"${name}": "${value}"`).join(", ");
  return {
    curl: `curl -u ${user} \\\n  "${url}${query === "" ? "" : `?${query}`}"`,
    python: [
      `answer = httpx.get(`,
      `    "${url}",`,
      ...(pairs === "" ? [] : [`    params={${pairs}},`]),
      `    ${AUTH},`,
      `)`,
      `print(answer.json()["items"])`,
    ].join("\n"),
  };
}

function upload({ origin, slug, user, fileName }: SnippetContext): Snippet {
  const url = `${origin}/api/datasets/${slug}/data`;
  return {
    title: "Send a file",
    lead: "Appends its rows. Add ?mode=replace, or ?mode=upsert&key=id, for the other ways in.",
    curl: `curl -u ${user} -T "${fileName}" \\\n  "${url}"`,
    python: [
      `with open("${fileName}", "rb") as file:`,
      `    answer = httpx.put(`,
      `        "${url}",`,
      `        content=file, ${AUTH}, timeout=None,`,
      `    )`,
      `print(answer.json()["import_id"])`,
    ].join("\n"),
  };
}

function exportCsv({ origin, slug, user }: SnippetContext): Snippet {
  const url = `${origin}/api/datasets/${slug}/export?format=csv`;
  return {
    title: "Export as CSV",
    lead: "Streams all rows, or those that match the filters you add.",
    curl: `curl -u ${user} -o ${slug}.csv \\\n  "${url}"`,
    python: [
      `with open("${slug}.csv", "wb") as file, httpx.stream(`,
      `    "GET", "${url}",`,
      `    ${AUTH}, timeout=None,`,
      `) as answer:`,
      `    for chunk in answer.iter_bytes():`,
      `        file.write(chunk)`,
    ].join("\n"),
  };
}

/** The lines that do with this dataset what the app does, in curl and in Python. */
export function toSnippets(context: SnippetContext): Snippet[] {
  return [
    upload(context),
    {
      title: "Read rows",
      lead: "A page of rows and a cursor. Send next_cursor back as cursor for the next page: it never skips or repeats a row, even while the data changes.",
      ...read(context, "records", "limit=50"),
    },
    {
      title: "Filter and sort",
      lead: "field=value, or field__gt, __gte, __lt, __lte, __ne, __in, __icontains, __startswith, __isnull, __between.",
      ...read(
        context,
        "records",
        `${exampleFilter(context.columns)}&sort=-${context.columns[0]?.name ?? "id"}`,
      ),
    },
    {
      title: "Aggregate",
      lead: "Group by columns or by periods of time; count, sum, avg, min, max or count_distinct.",
      ...read(context, "query", exampleQuery(context.explore)),
    },
    exportCsv(context),
  ];
}

export const PYTHON_HEAD = (user: string) =>
  `import httpx\n\nUSER, PASSWORD = "${user}", "your password"`;
