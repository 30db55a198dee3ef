import { describe, expect, it } from "vitest";

import { nextOfCron, parseCron } from "@/lib/cron";

const next = (cron: string, zone: string, after: string) =>
  nextOfCron(cron, zone, new Date(after))?.toISOString() ?? null;

describe("the next moment of a cron expression", () => {
  it("is that of the clock on the wall of its zone", () => {
    expect(next("30 6 * * 1-5", "Europe/Berlin", "2026-03-27T12:00:00Z")).toBe(
      "2026-03-30T04:30:00.000Z",
    );
    expect(next("30 6 * * 1-5", "UTC", "2026-03-27T12:00:00Z")).toBe("2026-03-30T06:30:00.000Z");
  });

  it("is later than now, also where now is one of them", () => {
    expect(next("*/15 * * * *", "UTC", "2026-01-01T00:15:00Z")).toBe("2026-01-01T00:30:00.000Z");
    expect(next("59 23 31 dec *", "UTC", "2026-12-31T23:59:00Z")).toBe("2027-12-31T23:59:00.000Z");
  });

  it("takes either day where both kinds of day are named, as cron does", () => {
    expect(next("0 0 13 * fri", "UTC", "2026-01-01T12:00:00Z")).toBe("2026-01-02T00:00:00.000Z");
    expect(next("0 0 13 * fri", "UTC", "2026-01-10T12:00:00Z")).toBe("2026-01-13T00:00:00.000Z");
  });

  it("is none where the day never comes", () => {
    expect(next("0 0 31 2 *", "UTC", "2026-01-01T00:00:00Z")).toBeNull();
  });

  it.each(["", "* * * *", "60 * * * *", "* * * * * *", "a b c d e", "*/0 * * * *", "5-1 * * * *"])(
    "is none of what is no expression: %s",
    (text) => {
      expect(parseCron(text)).toBeNull();
    },
  );
});
