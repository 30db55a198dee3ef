import type { Import } from "@/api/types";
import { describeType } from "@/lib/columnTypes";

export interface PlanColumn {
  name: string;
  label: string;
  /** The type in words, with how its text is written where that was a question. */
  type: string;
}

export interface PlanFact {
  term: string;
  words: string;
}

type Plan = NonNullable<Import["plan"]>;

const ENCODINGS: Record<string, string> = {
  "utf-8": "UTF-8",
  utf8: "UTF-8",
  cp1252: "Windows-1252",
  "windows-1252": "Windows-1252",
  "utf-16-le": "UTF-16 (little endian)",
  "utf-16-be": "UTF-16 (big endian)",
  "utf-16": "UTF-16",
  "latin-1": "Latin-1",
};

const DELIMITERS: Record<string, string> = {
  ",": "comma",
  ";": "semicolon",
  "\t": "tab",
  "|": "vertical bar",
  " ": "space",
  ":": "colon",
};

const QUOTES: Record<string, string> = { '"': "double quotes", "'": "single quotes", "": "none" };

function textOf(plan: Plan, name: string): string | null {
  const value = plan[name];
  return typeof value === "string" ? value : null;
}

function describeHeader(plan: Plan): string {
  const skipped = typeof plan.skip_rows === "number" ? plan.skip_rows : 0;
  const above =
    skipped === 0 ? "" : `, after ${skipped} ${skipped === 1 ? "line" : "lines"} above it`;
  return plan.header === false ? `none${above}` : `the first row${above}`;
}

function describeEscape(quote: string | null, escape: string | null): string {
  if (!quote) return "";
  if (escape === quote) return ", doubled inside";
  return escape ? `, escaped by ${escape}` : "";
}

/** Which part of the file was read, where it has several. */
function partFacts(plan: Plan): PlanFact[] {
  const parts = [
    { term: "Sheet", words: textOf(plan, "sheet") ?? "" },
    { term: "File in the archive", words: textOf(plan, "member") ?? "" },
    { term: "Records", words: textOf(plan, "records") ?? "" },
  ];
  return parts.filter(({ words }) => words !== "");
}

/** How the file's text is written; nothing of files that are not text. */
function textFacts(plan: Plan): PlanFact[] {
  const encoding = textOf(plan, "encoding");
  const delimiter = textOf(plan, "delimiter");
  const quote = textOf(plan, "quote");
  if (encoding === "") return [];
  const bom = typeof plan.bom === "number" && plan.bom > 0 ? " with byte-order mark" : "";
  const facts: (PlanFact | null)[] = [
    encoding === null
      ? null
      : { term: "Encoding", words: `${ENCODINGS[encoding.toLowerCase()] ?? encoding}${bom}` },
    delimiter === null
      ? null
      : { term: "Delimiter", words: DELIMITERS[delimiter] ?? `“${delimiter}”` },
    quote === null
      ? null
      : {
          term: "Quotes",
          words: (QUOTES[quote] ?? quote) + describeEscape(quote, textOf(plan, "escape")),
        },
  ];
  return facts.filter((fact) => fact !== null);
}

/** How the file was read, in words. */
export function planFacts(plan: Plan): PlanFact[] {
  const nulls = Array.isArray(plan.nulls) ? plan.nulls.map(String) : [];
  return [
    ...partFacts(plan),
    ...textFacts(plan),
    { term: "Header", words: describeHeader(plan) },
    ...(nulls.length === 0
      ? []
      : [{ term: "Missing values", words: nulls.map((one) => one || "empty").join(", ") }]),
    ...(typeof plan.day_first === "boolean"
      ? [{ term: "Dates", words: plan.day_first ? "day before month" : "month before day" }]
      : []),
  ];
}

function describeColumn(column: Record<string, unknown>): PlanColumn {
  const text = (name: string) => (typeof column[name] === "string" ? column[name] : "");
  const formats = Array.isArray(column.formats) ? column.formats.map(String) : [];
  const written = [
    ...(formats.length > 0 ? [`written ${formats.join(" or ")}`] : []),
    ...(text("decimal") === "," ? ["with a decimal comma"] : []),
    ...(text("thousands") === "" ? [] : [`with “${text("thousands")}” between thousands`]),
  ];
  const type = [describeType(text("type")), ...written].join(", ");
  return { name: text("name"), label: text("label") || text("name"), type };
}

export function planColumns(plan: Plan): PlanColumn[] {
  const columns: unknown[] = Array.isArray(plan.columns) ? plan.columns : [];
  return columns
    .filter((one): one is Record<string, unknown> => typeof one === "object" && one !== null)
    .map(describeColumn);
}
