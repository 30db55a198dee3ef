import type { Column, Operation, OperationKind } from "@/api/types";
import { isEnded, type LiveOperation } from "@/features/operations/liveOperations";
import {
  fromFilter,
  labelOf,
  needsValue,
  operatorWord,
  type Test,
} from "@/features/operations/wish";
import { countOf, formatInteger } from "@/lib/format";

export const KIND_WORDS: Record<OperationKind, { word: string; meaning: string }> = {
  dedup: { word: "Remove duplicates", meaning: "Of rows that are equal, the first stays." },
  unique: { word: "One row per value", meaning: "Of each value of a column, the first row stays." },
  filter: { word: "Filter rows", meaning: "Rows for which all conditions hold stay." },
};

export function describeTest(test: Test, columns: readonly Column[] = []): string {
  const type = columns.find(({ name }) => name === test.column)?.type ?? "text";
  const words = `${labelOf(columns, test.column)} ${operatorWord(test.operator, type)}`;
  return needsValue(test.operator) ? `${words} ${test.value || "empty"}` : words;
}

/** By what an operation decides: "by all columns", "by country", "country is France". */
export function describeParameters(
  { operation, columns, filters }: Pick<Operation, "operation" | "columns" | "filters">,
  known: readonly Column[] = [],
): string {
  if (operation === "filter") {
    const tests = filters.map(fromFilter).filter((test) => test !== null);
    return tests.map((test) => describeTest(test, known)).join(" and ");
  }
  if (columns.length === 0) return "by all columns";
  return `by ${columns.map((name) => labelOf(known, name)).join(", ")}`;
}

/** 0–100 over the whole operation; null while it cannot be known. */
export function percentOf({ status, progress }: LiveOperation): number | null {
  if (isEnded(status)) return 100;
  const percent = Math.min(100, Math.max(0, progress.percent));
  switch (progress.phase) {
    case "searching":
      return percent > 0 ? percent * 0.4 : null;
    case "writing":
      return 40 + percent * 0.4;
    case "exporting":
      return 80 + percent * 0.18;
    case "committing":
    case "done":
      return 99;
    default:
      return null;
  }
}

const PHASES: Record<Operation["progress"]["phase"], string> = {
  waiting: "Waiting for a worker",
  searching: "Looking for the rows that stay",
  writing: "Writing the result",
  exporting: "Writing the file",
  committing: "Committing",
  done: "Committing",
};

/** What an operation is doing, in a few words. */
export function describeProgress({ status, progress }: LiveOperation): string {
  if (status === "pending") return PHASES.waiting;
  const { phase, percent } = progress;
  return percent > 0 && phase !== "waiting" && phase !== "done"
    ? `${PHASES[phase]} · ${Math.floor(percent)} %`
    : PHASES[phase];
}

/** The end of an operation as a sentence; null while it runs. */
export function describeEnd({ status, receipt, error }: Operation): string | null {
  if (status === "failed") return error?.message ?? "The operation failed.";
  if (status === "cancelled") return "Cancelled. Nothing was made.";
  if (status !== "succeeded" || !receipt) return null;
  if (receipt.removed === 0) return `All ${countOf(receipt.rows_in, "row")} stayed`;
  return `${formatInteger(receipt.rows_out)} of ${countOf(receipt.rows_in, "row")} stayed, ${formatInteger(receipt.removed)} removed`;
}
