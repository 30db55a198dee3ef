import { expect, it } from "vitest";

import { differIn } from "@/lib/differences";

it("sees a difference only in the values that count, and none in a slash at the end", () => {
  const one = { url: "https://a.example", port: 22, name: "x" };
  expect(differIn(one, { ...one, name: "y" }, ["url", "port"])).toBe(false);
  expect(differIn(one, { ...one, url: "https://a.example/" }, ["url"])).toBe(false);
  expect(differIn(one, { ...one, port: 2222 }, ["url", "port"])).toBe(true);
  expect(differIn({ endpoint: null }, {}, ["endpoint"])).toBe(false);
});
