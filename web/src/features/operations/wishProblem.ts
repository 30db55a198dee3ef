import type { Column } from "@/api/types";
import { needsValue, parseTests, toKind, type Test, type Wish } from "@/features/operations/wish";
import { findProblem } from "@/features/records/filterDraft";
import { familyOf } from "@/lib/columnTypes";
import type { Operator } from "@/lib/filters";

/** Why a condition cannot be sent as it stands; null when it can. */
export function findTestProblem(test: Test, columns: readonly Column[]): string | null {
  const column = columns.find(({ name }) => name === test.column);
  if (!column) return `There is no column ${test.column}.`;
  if (!needsValue(test.operator)) return null;
  if (test.operator === "contains" || test.operator === "not_contains") {
    return test.value === "" ? "Enter some text." : null;
  }
  const operator: Operator = test.operator === "eq" || test.operator === "ne" ? "eq" : "gt";
  return findProblem({ column: test.column, operator, value: test.value }, familyOf(column.type));
}

/** What is still to be chosen, as a sentence; null when nothing is. */
export function findWishProblem(wish: Wish, columns: readonly Column[]): string | null {
  const unknown = wish.c?.find((name) => !columns.some((column) => column.name === name));
  if (unknown !== undefined) return `There is no column ${unknown}.`;
  const kind = toKind(wish.operation);
  if (kind === "unique" && !wish.c?.[0]) return "Choose the column.";
  if (kind !== "filter") return null;
  const tests = parseTests(wish.f);
  if (tests.length === 0) return "Add a condition.";
  const problem = tests.map((test) => findTestProblem(test, columns)).find((one) => one !== null);
  return problem === undefined ? null : "Complete the conditions.";
}
