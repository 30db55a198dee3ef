import type { Schedule } from "@/api/types";
import { nextOfCron } from "@/lib/cron";
import { formatInZone } from "@/lib/format";

export type ScheduleMode = "interval" | "times" | "cron" | "manual";

/** A daily or weekly time, as far as a cron expression is no more than that. */
export interface Times {
  /** The field of cron: "*", "1-5", or a day from 0 for Sunday. */
  days: string;
  /** "06:30" */
  time: string;
}

export const UNITS = [
  { value: "60", label: "minutes" },
  { value: "3600", label: "hours" },
  { value: "86400", label: "days" },
] as const;

export const DAYS: readonly { value: string; label: string }[] = [
  { value: "*", label: "every day" },
  { value: "1-5", label: "on weekdays" },
  { value: "1", label: "on Mondays" },
  { value: "2", label: "on Tuesdays" },
  { value: "3", label: "on Wednesdays" },
  { value: "4", label: "on Thursdays" },
  { value: "5", label: "on Fridays" },
  { value: "6", label: "on Saturdays" },
  { value: "0", label: "on Sundays" },
];

const DAILY = /^(\d{1,2}) (\d{1,2}) \* \* (\*|1-5|[0-6])$/;

export function ownTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

/** All zones by name, with one that the browser may not list. */
export function timeZones(current: string): string[] {
  return [...new Set([current, "UTC", ...Intl.supportedValuesOf("timeZone")])].sort();
}

export function timesOf(cron: string): Times | null {
  const [, minute, hour, days] = DAILY.exec(cron.trim().replace(/\s+/g, " ")) ?? [];
  if (minute === undefined || hour === undefined || days === undefined) return null;
  return { days, time: `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}` };
}

export function cronOf({ days, time }: Times): string {
  const [hour, minute] = time.split(":");
  return `${Number(minute ?? 0)} ${Number(hour ?? 0)} * * ${days}`;
}

export function modeOf(schedule: Schedule | null): ScheduleMode {
  if (!schedule) return "manual";
  if (schedule.cron == null) return "interval";
  return timesOf(schedule.cron) ? "times" : "cron";
}

/** What a way to say it begins with, keeping as much as it can say of what was there. */
export function startOf(mode: ScheduleMode, before: Schedule | null): Schedule | null {
  const time_zone = before?.time_zone ?? ownTimeZone();
  switch (mode) {
    case "manual":
      return null;
    case "interval":
      return { interval_seconds: before?.interval_seconds ?? 600, time_zone };
    case "times":
      return { cron: "30 6 * * *", time_zone };
    case "cron":
      return { cron: before?.cron ?? "*/15 * * * *", time_zone };
  }
}

/** The largest unit that divides an interval. */
export function unitOf(seconds: number): number {
  return [86_400, 3_600].find((size) => seconds % size === 0) ?? 60;
}

/** What is known of something that runs by itself. */
export interface Planned {
  next_run_at: string | null;
  schedule: Schedule | null;
}

/** The zone whose clock decides; none where only intervals count. */
export function zoneOf(schedule: Schedule | null): string | undefined {
  return schedule?.cron == null ? undefined : schedule.time_zone;
}

/** "Sat, Nov 21, 6:52 PM"; null where no run is planned. */
export function momentOfRun({ next_run_at: at, schedule }: Planned): string | null {
  return at && formatInZone(at, zoneOf(schedule));
}

/** When it would run first, were it saved now; null where that is never or not to be told. */
export function firstRun(schedule: Schedule | null, now: Date): Date | null {
  if (!schedule) return null;
  if (schedule.cron != null) return nextOfCron(schedule.cron, schedule.time_zone, now);
  const seconds = schedule.interval_seconds ?? 0;
  return seconds > 0 ? new Date(now.getTime() + seconds * 1000) : null;
}
