import { formatFilters, parseFilters } from "@/lib/filters";

type SearchValue = string | string[] | undefined;

/** "?f=a:1&f=b:2&sort=-a" → {f: ["a:1", "b:2"], sort: "-a"}; nothing is guessed as a number. */
export function parseSearch(search: string): Record<string, SearchValue> {
  const params = new URLSearchParams(search);
  const names = [...new Set(params.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = params.getAll(name);
      return [name, values.length > 1 ? values : (values[0] ?? "")];
    }),
  );
}

/** Keeps what reads well in an address (colons, commas) unescaped. */
function encode(text: string): string {
  return encodeURIComponent(text)
    .replaceAll("%3A", ":")
    .replaceAll("%2C", ",")
    .replaceAll("%2F", "/")
    .replaceAll("%20", "+");
}

export function stringifySearch(search: Record<string, unknown>): string {
  const parts = Object.entries(search).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((one): one is string => typeof one === "string" && one !== "")
      .map((one) => `${encode(name)}=${encode(one)}`),
  );
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}

export function textParam(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The texts of a parameter that may occur more than once. */
export function textListParam(value: unknown): string[] | undefined {
  const texts = (Array.isArray(value) ? value : [value]).filter(
    (one): one is string => typeof one === "string" && one !== "",
  );
  return texts.length === 0 ? undefined : texts;
}

/** The filters of an address, in their canonical spelling; what is no filter is dropped. */
export function filterParam(value: unknown): string[] | undefined {
  const texts = (Array.isArray(value) ? value : [value]).filter((one) => typeof one === "string");
  return formatFilters(parseFilters(texts));
}
