import type { Column, OperationKind, OperationRequest } from "@/api/types";
import { familyOf, type TypeFamily } from "@/lib/columnTypes";

/** How a condition compares, in the API's words; "blank" and "present" compare with null. */
export const OPERATORS = [
  "eq",
  "ne",
  "gt",
  "gte",
  "lt",
  "lte",
  "contains",
  "not_contains",
  "blank",
  "present",
] as const;
export type TestOperator = (typeof OPERATORS)[number];

export interface Test {
  column: string;
  operator: TestOperator;
  value: string;
}

/** What is to be done with which rows, as the address holds it. */
export interface Wish {
  dataset?: string;
  operation?: string;
  c?: string[];
  f?: string[];
}

const WORDS: Record<TestOperator, string> = {
  eq: "is",
  ne: "is not",
  gt: "more than",
  gte: "at least",
  lt: "less than",
  lte: "at most",
  contains: "contains",
  not_contains: "does not contain",
  blank: "is missing",
  present: "is present",
};

const TIME_WORDS: Partial<Record<TestOperator, string>> = {
  gt: "after",
  gte: "from",
  lt: "before",
  lte: "up to",
};

const ORDERED: readonly TestOperator[] = ["eq", "ne", "gt", "gte", "lt", "lte"];
const BY_FAMILY: Record<TypeFamily, readonly TestOperator[]> = {
  text: ["eq", "ne", "contains", "not_contains", "gt", "gte", "lt", "lte", "blank", "present"],
  number: [...ORDERED, "contains", "not_contains", "blank", "present"],
  boolean: ["eq", "ne", "blank", "present"],
  date: [...ORDERED, "contains", "not_contains", "blank", "present"],
  time: [...ORDERED, "contains", "not_contains", "blank", "present"],
};

export function operatorsFor(type: string): readonly TestOperator[] {
  return BY_FAMILY[familyOf(type)];
}

export function operatorWord(operator: TestOperator, type: string): string {
  const family = familyOf(type);
  const temporal = family === "date" || family === "time";
  return (temporal ? TIME_WORDS[operator] : undefined) ?? WORDS[operator];
}

export function needsValue(operator: TestOperator): boolean {
  return operator !== "blank" && operator !== "present";
}

function isOperator(text: string | undefined): text is TestOperator {
  return (OPERATORS as readonly (string | undefined)[]).includes(text);
}

/** A condition's form in the address bar: "country:eq:France". */
export function formatTest({ column, operator, value }: Test): string {
  return [column, operator, ...(needsValue(operator) ? [value] : [])].join(":");
}

export function parseTest(text: string): Test | null {
  const [column, operator, ...rest] = text.split(":");
  if (!column || !isOperator(operator)) return null;
  return { column, operator, value: rest.join(":") };
}

export function parseTests(texts: readonly string[] | undefined): Test[] {
  return (texts ?? []).map(parseTest).filter((test) => test !== null);
}

export function toKind(text: string | undefined): OperationKind {
  return text === "unique" || text === "filter" ? text : "dedup";
}

function toFilter({ column, operator, value }: Test) {
  if (operator === "blank") return { column, operator: "eq", value: null };
  if (operator === "present") return { column, operator: "ne", value: null };
  return { column, operator, value };
}

/** The request that the address asks for; null while something of it is still to be chosen. */
export function toRequest(wish: Wish): OperationRequest | null {
  const { dataset: dataset_id, c = [] } = wish;
  if (dataset_id === undefined) return null;
  const operation = toKind(wish.operation);
  if (operation === "dedup") {
    return { dataset_id, operation, ...(c.length > 0 ? { columns: c } : {}) };
  }
  if (operation === "unique") return c[0] ? { dataset_id, operation, column: c[0] } : null;
  const filters = parseTests(wish.f).map(toFilter);
  return filters.length > 0 ? { dataset_id, operation, filters } : null;
}

/** The address that asks for what an operation did. */
export function toWish(request: {
  dataset: { slug: string };
  operation: OperationKind;
  columns: readonly string[];
  filters: readonly Record<string, unknown>[];
}): Wish {
  const tests = request.filters.map(fromFilter).filter((test) => test !== null);
  return {
    dataset: request.dataset.slug,
    operation: request.operation,
    c: request.columns.length > 0 ? [...request.columns] : undefined,
    f: tests.length > 0 ? tests.map(formatTest) : undefined,
  };
}

const NAMES: Record<string, TestOperator> = {
  ">": "gt",
  ">=": "gte",
  "<": "lt",
  "<=": "lte",
  "==": "eq",
  "!=": "ne",
  neq: "ne",
};

/** A condition of an operation, which may have been sent by any program. */
export function fromFilter(filter: Record<string, unknown>): Test | null {
  const { column, operator: name, value } = filter;
  if (typeof column !== "string" || typeof name !== "string") return null;
  const operator = NAMES[name] ?? name;
  if (!isOperator(operator)) return null;
  if (value === null || value === undefined) {
    return { column, operator: operator === "ne" ? "present" : "blank", value: "" };
  }
  const isPlain = typeof value === "string" || typeof value === "number";
  return { column, operator, value: isPlain ? String(value) : JSON.stringify(value) };
}

export function labelOf(columns: readonly Column[], name: string): string {
  return columns.find((one) => one.name === name)?.label ?? name;
}

/** Names of the columns by which a request decides. */
export function decidingColumns({ column, columns, filters }: OperationRequest): string[] {
  const tested = (filters ?? []).map((filter) => filter.column);
  return [...(column ? [column] : []), ...(columns ?? []), ...tested];
}
