import type { Template } from "@/api/types";
import { MODE_WORDS } from "@/features/imports/words";
import { describeType } from "@/lib/columnTypes";
import { spaced } from "@/lib/words";

/** What the families mean, of which the first file chooses a type. */
export const FAMILY_HELP =
  "An identifier is text that names something, such as a number with leading zeros. A number is whole or has decimals, a date may have a time: the first file decides.";

/** Types that a template can declare: exact ones, and families of which a file chooses one. */
export const TYPES: readonly { value: string; label: string }[] = [
  { value: "text", label: "Text" },
  { value: "identifier", label: "Identifier" },
  { value: "number", label: "Number" },
  { value: "integer", label: "Whole number" },
  { value: "decimal", label: "Decimal" },
  { value: "double", label: "Floating point" },
  { value: "moment", label: "Date or time" },
  { value: "date", label: "Date" },
  { value: "timestamp", label: "Date and time" },
  { value: "timestamptz", label: "Date and time with zone" },
  { value: "boolean", label: "Yes or no" },
];

const FAMILY_WORDS: Record<string, string> = {
  identifier: "identifier",
  number: "number",
  decimal: "decimal",
  moment: "date, or date and time",
};

export const typeWords = (type: string) => FAMILY_WORDS[type] ?? describeType(type);

/** What an import does where nothing else is said. */
export function modeWords({ mode, keys }: Pick<Template, "mode" | "keys">): string {
  // The first of them that a file has counts.
  const by = keys.map((key) => key.map(spaced).join(" and ")).join(", or ");
  const { word } = MODE_WORDS[mode];
  return mode === "upsert" && by !== "" ? `${word} by ${by}` : word;
}
