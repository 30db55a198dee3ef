import { CodeBlock } from "@/components/CodeBlock";
import styles from "@/components/code.module.css";

interface Call {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With its query string, from the root. */
  path: string;
  body?: unknown;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The same request on a command line; `$ROWMILL_KEY` holds an API key. */
export function toCurl({ method = "GET", path, body }: Call, origin: string): string {
  const parts = ["curl"];
  if (method !== "GET" && !(method === "POST" && body !== undefined)) parts.push(`-X ${method}`);
  parts.push(`-H "Authorization: Bearer $ROWMILL_KEY"`);
  if (body !== undefined) {
    parts.push(`-H 'Content-Type: application/json'`, `-d ${quote(JSON.stringify(body))}`);
  }
  parts.push(quote(origin + path));
  return parts.length > 3 ? parts.join(" \\\n  ") : parts.join(" ");
}

/** What the page shows or does, as a line for the terminal. */
export function ShowCurl({ label = "the request", ...call }: Call & { label?: string }) {
  return (
    <details className={styles.disclosure}>
      <summary>Show as curl</summary>
      <CodeBlock label={`${label} in curl`} code={toCurl(call, window.location.origin)} />
    </details>
  );
}
