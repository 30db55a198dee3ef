import type { TypeFamily } from "@/lib/columnTypes";

export const OPERATORS = [
  "eq",
  "ne",
  "gt",
  "gte",
  "lt",
  "lte",
  "in",
  "contains",
  "icontains",
  "startswith",
  "isnull",
  "between",
] as const;

export type Operator = (typeof OPERATORS)[number];

export interface Filter {
  column: string;
  operator: Operator;
  /** As in the API: text; a comma list for `in` and `between`; "true" or "false" for `isnull`. */
  value: string;
}

const OPERATOR_SET: ReadonlySet<string> = new Set(OPERATORS);

function isOperator(text: string): text is Operator {
  return OPERATOR_SET.has(text);
}

function splitName(name: string): { column: string; operator: Operator } {
  const at = name.lastIndexOf("__");
  const suffix = at > 0 ? name.slice(at + 2) : "";
  if (isOperator(suffix)) return { column: name.slice(0, at), operator: suffix };
  return { column: name, operator: "eq" };
}

/** The filter's form in the address bar: "country:France", "sales__gte:1000". */
export function formatFilter({ column, operator, value }: Filter): string {
  const plain = operator === "eq" && splitName(column).column === column;
  return `${plain ? column : `${column}__${operator}`}:${value}`;
}

export function parseFilter(text: string): Filter | null {
  const at = text.indexOf(":");
  if (at < 1) return null;
  return { ...splitName(text.slice(0, at)), value: text.slice(at + 1) };
}

export function parseFilters(texts: readonly string[] | undefined): Filter[] {
  return (texts ?? []).map(parseFilter).filter((filter) => filter !== null);
}

export function formatFilters(filters: readonly Filter[]): string[] | undefined {
  return filters.length === 0 ? undefined : filters.map(formatFilter);
}

/** The filters as query parameters of the API. */
export function filterPairs(filters: readonly Filter[]): [string, string][] {
  return filters.map(({ column, operator, value }) => [
    operator === "eq" ? column : `${column}__${operator}`,
    value,
  ]);
}

export function withoutColumn(filters: readonly Filter[], column: string): Filter[] {
  return filters.filter((filter) => filter.column !== column);
}

/** Splits a comma list; a value with a comma stands in double quotes. */
export function splitList(list: string): string[] {
  const values: string[] = [];
  let current = "";
  let quoted = false;
  for (let i = 0; i < list.length; i += 1) {
    const char = list.charAt(i);
    if (char === '"' && quoted && list.charAt(i + 1) === '"') {
      current += char;
      i += 1;
    } else if (char === '"' && (quoted || current === "")) {
      quoted = !quoted;
    } else if (char === "," && !quoted) {
      values.push(current);
      current = "";
    } else current += char;
  }
  return [...values, current];
}

export function joinList(values: readonly string[]): string {
  return values
    .map((value) => (/[",]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value))
    .join(",");
}

/** The values that the filters pick from a column one by one (eq or in). */
export function pickedValues(filters: readonly Filter[], column: string): string[] {
  return filters
    .filter((filter) => filter.column === column)
    .flatMap(({ operator, value }) => {
      if (operator === "eq") return [value];
      return operator === "in" ? splitList(value) : [];
    });
}

function pickFilter(column: string, values: readonly string[]): Filter[] {
  const [first] = values;
  if (first === undefined) return [];
  if (values.length === 1) return [{ column, operator: "eq", value: first }];
  return [{ column, operator: "in", value: joinList(values) }];
}

/** Adds the value to those picked from the column, or takes it away again. */
export function togglePicked(filters: readonly Filter[], column: string, value: string): Filter[] {
  const picked = pickedValues(filters, column);
  const next = picked.includes(value) ? picked.filter((one) => one !== value) : [...picked, value];
  return [...withoutColumn(filters, column), ...pickFilter(column, next)];
}

/** Picks missing values of the column, or takes that back. */
export function toggleMissing(filters: readonly Filter[], column: string): Filter[] {
  const others = withoutColumn(filters, column);
  const had = filters.some((one) => one.column === column && one.operator === "isnull");
  return had ? others : [...others, { column, operator: "isnull", value: "true" }];
}

export const OPERATOR_WORDS: Record<Operator, string> = {
  eq: "is",
  ne: "is not",
  gt: "more than",
  gte: "at least",
  lt: "less than",
  lte: "at most",
  in: "is one of",
  contains: "contains (exact case)",
  icontains: "contains",
  startswith: "starts with",
  isnull: "is missing",
  between: "between",
};

const TIME_WORDS: Partial<Record<Operator, string>> = {
  eq: "is",
  gt: "after",
  gte: "from",
  lt: "before",
  lte: "up to",
};

const BY_FAMILY: Record<TypeFamily, readonly Operator[]> = {
  text: ["icontains", "eq", "ne", "in", "startswith", "contains", "isnull"],
  number: ["eq", "ne", "gt", "gte", "lt", "lte", "between", "in", "isnull"],
  boolean: ["eq", "isnull"],
  date: ["eq", "gte", "lte", "gt", "lt", "between", "isnull"],
  time: ["gte", "lte", "gt", "lt", "between", "eq", "isnull"],
};

export function operatorsFor(family: TypeFamily): readonly Operator[] {
  return BY_FAMILY[family];
}

export function operatorWord(operator: Operator, family: TypeFamily): string {
  const temporal = family === "date" || family === "time";
  return (temporal ? TIME_WORDS[operator] : undefined) ?? OPERATOR_WORDS[operator];
}
