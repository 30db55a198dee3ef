import type { TypeFamily } from "@/lib/columnTypes";
import { splitList, type Filter } from "@/lib/filters";

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function findValueProblem(value: string, family: TypeFamily): string | null {
  const text = value.trim();
  if (family === "number" && !NUMBER.test(text)) return "Enter a number, such as 1500 or 99.5.";
  if ((family === "date" || family === "time") && text === "") return "Choose a date.";
  return null;
}

/** Why a filter cannot be applied as it stands; null when it can. */
export function findProblem({ operator, value }: Filter, family: TypeFamily): string | null {
  if (operator === "isnull") return null;
  if (operator === "between") {
    const ends = splitList(value);
    if (ends.length !== 2) return "Enter both ends.";
    return ends.map((end) => findValueProblem(end, family)).find((one) => one !== null) ?? null;
  }
  if (operator === "in") {
    if (value === "") return "Enter at least one value.";
    const problems = splitList(value).map((one) => findValueProblem(one, family));
    return problems.find((one) => one !== null) ?? null;
  }
  const isSearch = operator === "icontains" || operator === "contains" || operator === "startswith";
  if (isSearch && value === "") return "Enter some text.";
  return findValueProblem(value, family);
}
