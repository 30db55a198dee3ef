import { expect, it } from "vitest";

import { nextSort } from "@/lib/sorting";

it("sorts by a column: rising, falling, and then as before", () => {
  expect(nextSort(undefined, "amount")).toBe("amount");
  expect(nextSort("date", "amount")).toBe("amount");
  expect(nextSort("amount", "amount")).toBe("-amount");
  expect(nextSort("-amount", "amount")).toBeUndefined();
});
