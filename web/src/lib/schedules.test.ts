import { describe, expect, it } from "vitest";

import { formatInZone } from "@/lib/format";
import {
  cronOf,
  firstRun,
  modeOf,
  momentOfRun,
  startOf,
  timesOf,
  unitOf,
  zoneOf,
} from "@/lib/schedules";

describe("the ways to say a schedule", () => {
  it("shows what was saved in the simplest way that can say it", () => {
    expect(modeOf(null)).toBe("manual");
    expect(modeOf({ interval_seconds: 600, time_zone: "UTC" })).toBe("interval");
    expect(modeOf({ cron: "30 6 * * 1-5", time_zone: "UTC" })).toBe("times");
    expect(modeOf({ cron: "*/7 6 * * 1-5", time_zone: "UTC" })).toBe("cron");
  });

  it("brings a time of day through cron and back", () => {
    const times = { days: "1-5", time: "06:05" };
    expect(cronOf(times)).toBe("5 6 * * 1-5");
    expect(timesOf("5  6 * * 1-5")).toEqual(times);
  });

  it("keeps the zone when another way is chosen", () => {
    const before = { cron: "5 6 * * *", time_zone: "Asia/Tokyo" };
    expect(startOf("interval", before)).toEqual({ interval_seconds: 600, time_zone: "Asia/Tokyo" });
  });

  it("counts an interval in the largest unit that fits", () => {
    expect([90 * 60, 7200, 172_800].map(unitOf)).toEqual([60, 3600, 86_400]);
  });

  it("tells the first run of an interval from now", () => {
    const now = new Date("2026-01-01T00:00:00Z");
    const schedule = { interval_seconds: 600, time_zone: "UTC" };
    expect(firstRun(schedule, now)?.toISOString()).toBe("2026-01-01T00:10:00.000Z");
    expect(firstRun(null, now)).toBeNull();
  });
});

describe("the next run", () => {
  const at = "2026-11-23T05:30:00Z";

  it("is told by the clock of a cron expression's zone, and by one's own for an interval", () => {
    const cron = { cron: "30 6 * * *", time_zone: "Europe/Berlin" };
    expect(zoneOf(cron)).toBe("Europe/Berlin");
    expect(formatInZone(at, zoneOf(cron))).toMatch(/6:30.*\(Europe\/Berlin\)$/);
    expect(zoneOf({ interval_seconds: 600, time_zone: "Europe/Berlin" })).toBeUndefined();
  });

  it("is said without a zone that the browser does not know", () => {
    expect(formatInZone(at, "Mars/Olympus")).toBe(formatInZone(at));
  });

  it("is none where nothing is planned", () => {
    expect(momentOfRun({ next_run_at: null, schedule: null })).toBeNull();
    expect(momentOfRun({ next_run_at: at, schedule: null })).toBe(formatInZone(at));
  });
});
