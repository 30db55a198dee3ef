import { describe, expect, it } from "vitest";

import { amountOf, formatExact, formatShare, formatShort } from "@/lib/amounts";

describe("an amount", () => {
  it("keeps digits that a double would lose", () => {
    expect(formatExact("90071992547409931.07", 2)).toBe("90,071,992,547,409,931.07");
  });

  it("has as many decimals as asked for, and more where they came", () => {
    expect(formatExact("12", 2)).toBe("12.00");
    expect(formatExact("12.3456", 2)).toBe("12.3456");
    expect(formatExact("1200.00")).toBe("1,200");
  });

  it("is a dash where there is none", () => {
    expect(formatExact(null)).toBe("–");
    expect(formatShort(undefined)).toBe("–");
    expect(formatShare("lots")).toBe("–");
    expect(amountOf("")).toBeNull();
  });

  it("is short where there is little room", () => {
    expect(formatShort("10032628.85")).toBe("10.03M");
  });

  it("as a change has a sign, except for none", () => {
    expect(formatShare("0.0421", true)).toBe("+4.2 %");
    expect(formatShare("-0.5", true)).toBe("-50.0 %");
    expect(formatShare("0", true)).toBe("0.0 %");
    expect(formatShare("12.5")).toBe("1,250 %");
  });
});
