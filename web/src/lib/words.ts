const LIST = new Intl.ListFormat("en", { type: "conjunction" });

/** Names as a sentence has them: "Products, Stock, and Sales". */
export const listOf = (names: readonly string[]) => LIST.format(names);

/** A role or another name of the program's, for people: `store_name` is "store name". */
export const spaced = (name: string) => name.replaceAll("_", " ");

/** A template within a sentence: its label, small where that is no more than its name. */
export function templateWord(name: string, label: string): string {
  return label.toLowerCase() === name ? name : label;
}
