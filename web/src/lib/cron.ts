/** The moments of a cron expression, to show when something runs next. The server decides it. */

const RANGES = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const DAY_MS = 86_400_000;
const MOST_DAYS = 366 * 5;

interface Cron {
  minutes: readonly number[];
  hours: readonly number[];
  days: ReadonlySet<number>;
  months: ReadonlySet<number>;
  weekdays: ReadonlySet<number>;
  /** Whether a day counts that fits either of two restrictions, as cron has it. */
  isEitherDay: boolean;
}

function toNumber(text: string, field: number): number {
  const names = field === 3 ? MONTHS : field === 4 ? DAYS : [];
  const position = names.indexOf(text.toLowerCase());
  if (position >= 0) return field === 3 ? position + 1 : position;
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

/** The numbers of a part such as "1-5/2"; null where it is none. */
function partNumbers(part: string, field: number): number[] | null {
  const [span = "", step, ...rest] = part.split("/");
  const [low, high] = RANGES[field] ?? [0, 0];
  const size = step === undefined ? 1 : Number(step);
  if (rest.length > 0 || !Number.isInteger(size) || size < 1) return null;
  const [first = "", last] = span.split("-");
  const isAll = span === "*";
  const from = isAll ? low : toNumber(first, field);
  const open = isAll || step !== undefined ? high : from;
  const to = last === undefined ? open : toNumber(last, field);
  if (!(from >= low && to <= high && from <= to)) return null;
  return Array.from({ length: Math.floor((to - from) / size) + 1 }, (_, n) => from + n * size);
}

function fieldNumbers(text: string, field: number): number[] | null {
  const parts = text.split(",").map((part) => partNumbers(part, field));
  if (parts.some((part) => part === null)) return null;
  return [...new Set(parts.flatMap((part) => part ?? []))].sort((one, other) => one - other);
}

/** The expression's five fields; null where this is not one that is understood here. */
export function parseCron(expression: string): Cron | null {
  const texts = expression.trim().split(/\s+/);
  const fields = texts.map((text, field) => (field < 5 ? fieldNumbers(text, field) : null));
  const [minutes, hours, days, months, weekdays] = fields;
  if (texts.length !== 5 || !minutes || !hours || !days || !months || !weekdays) return null;
  return {
    minutes,
    hours,
    days: new Set(days),
    months: new Set(months),
    weekdays: new Set(weekdays.map((day) => day % 7)),
    isEitherDay: !texts[2]?.startsWith("*") && !texts[4]?.startsWith("*"),
  };
}

function fitsDay(cron: Cron, day: Date): boolean {
  if (!cron.months.has(day.getUTCMonth() + 1)) return false;
  const isDay = cron.days.has(day.getUTCDate());
  const isWeekday = cron.weekdays.has(day.getUTCDay());
  return cron.isEitherDay ? isDay || isWeekday : isDay && isWeekday;
}

/** What the clock on the wall of a zone shows, as if it were UTC. */
function wallTime(moment: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  }).formatToParts(moment);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"));
}

/** The moment at which a zone's clock shows a time. */
function momentOf(wall: number, timeZone: string): number {
  const guess = wall - (wallTime(wall, timeZone) - wall);
  return guess - (wallTime(guess, timeZone) - wall);
}

/** The first moment after another; null where none comes, or the expression is not understood. */
export function nextOfCron(expression: string, timeZone: string, after: Date): Date | null {
  const cron = parseCron(expression);
  if (!cron) return null;
  const begin = wallTime(after.getTime(), timeZone);
  const midnight = begin - (begin % DAY_MS);
  for (let count = 0; count < MOST_DAYS; count += 1) {
    const day = midnight + count * DAY_MS;
    if (!fitsDay(cron, new Date(day))) continue;
    for (const hour of cron.hours) {
      for (const minute of cron.minutes) {
        const wall = day + (hour * 60 + minute) * 60_000;
        if (wall <= begin) continue;
        const moment = momentOf(wall, timeZone);
        if (moment > after.getTime()) return new Date(moment);
      }
    }
  }
  return null;
}
