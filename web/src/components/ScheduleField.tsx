import { NumberInput, Select, TextInput } from "@mantine/core";
import { useInterval } from "@mantine/hooks";
import { useId, useState } from "react";

import type { Schedule } from "@/api/types";
import styles from "@/components/fields.module.css";
import { formatAhead, formatInZone } from "@/lib/format";
import {
  cronOf,
  DAYS,
  firstRun,
  modeOf,
  ownTimeZone,
  startOf,
  timesOf,
  timeZones,
  UNITS,
  unitOf,
  zoneOf,
  type ScheduleMode,
} from "@/lib/schedules";

interface Props {
  /** null where it runs only when it is told to. */
  value: Schedule | null;
  onChange: (schedule: Schedule | null) => void;
  /** What comes next by it: "First run", where it is new. */
  lead?: string;
  /** The API's messages: `schedule`, `schedule.cron`, … */
  errors?: Readonly<Record<string, string>>;
}

type PartProps = Required<Omit<Props, "lead">> & { value: Schedule };

const MODES: readonly { value: ScheduleMode; label: string }[] = [
  { value: "interval", label: "At intervals" },
  { value: "times", label: "At a time of day" },
  { value: "cron", label: "By a cron expression" },
  { value: "manual", label: "Only when told to" },
];

function IntervalFields({ value, onChange, errors }: PartProps) {
  const seconds = value.interval_seconds ?? 600;
  const [unit, setUnit] = useState(() => unitOf(seconds));
  const change = (count: number, size: number) => {
    setUnit(size);
    onChange({ interval_seconds: Math.round(count * size), time_zone: value.time_zone });
  };
  return (
    <div className={styles.pair}>
      <NumberInput
        label="Every"
        min={0}
        max={10_000}
        decimalScale={2}
        value={seconds / unit}
        error={errors["schedule.interval_seconds"]}
        onChange={(count) => change(Number(count), unit)}
      />
      <Select
        label="Unit"
        allowDeselect={false}
        data={[...UNITS]}
        value={String(unit)}
        onChange={(size) => change(seconds / unit, Number(size))}
      />
    </div>
  );
}

function TimesFields({ value, onChange, errors }: PartProps) {
  const times = timesOf(value.cron ?? "") ?? { days: "*", time: "06:30" };
  const change = (part: Partial<typeof times>) => {
    onChange({ cron: cronOf({ ...times, ...part }), time_zone: value.time_zone });
  };
  return (
    <div className={styles.pair}>
      <Select
        label="Days"
        allowDeselect={false}
        data={[...DAYS]}
        value={times.days}
        onChange={(days) => change({ days: days ?? "*" })}
      />
      <TextInput
        label="At"
        type="time"
        value={times.time}
        error={errors["schedule.cron"]}
        onChange={(event) => {
          if (event.currentTarget.value) change({ time: event.currentTarget.value });
        }}
      />
    </div>
  );
}

function CronField({ value, onChange, errors }: PartProps) {
  return (
    <TextInput
      label="Cron expression"
      description="Minute, hour, day of the month, month, day of the week."
      classNames={{ input: "mono" }}
      value={value.cron ?? ""}
      error={errors["schedule.cron"]}
      onChange={(event) => onChange({ ...value, cron: event.currentTarget.value })}
    />
  );
}

/** "in 9 hr. · Mon, 6:30 AM (Asia/Tokyo) · Sun, 10:30 PM on your own clock" */
function momentWords(at: string, now: number, zone: string | undefined): string {
  const words = `${formatAhead(at, now)} · ${formatInZone(at, zone)}`;
  if (zone === undefined || zone === ownTimeZone()) return words;
  return `${words} · ${formatInZone(at)} on your own clock`;
}

interface FirstProps {
  schedule: Schedule | null;
  lead: string;
  id: string;
}

/** When it would run first, in words that stay true while one looks at them. */
function FirstRun({ schedule, lead, id }: FirstProps) {
  const [now, setNow] = useState(() => new Date());
  useInterval(() => setNow(new Date()), 10_000, { autoInvoke: true });
  const first = firstRun(schedule, now);
  const words = !schedule
    ? "It runs when you press “Run now”, or when the API is asked to."
    : first
      ? `${lead} ${momentWords(first.toISOString(), now.getTime(), zoneOf(schedule))}`
      : "When it runs cannot be told from this yet.";
  return (
    <p id={id} className={styles.hint} aria-live="polite">
      {words}
    </p>
  );
}

const FIELDS = { interval: IntervalFields, times: TimesFields, cron: CronField } as const;

/** When something runs by itself: an interval, a time of day or a cron expression, in a zone. */
export function ScheduleField({ value, onChange, lead = "First run", errors = {} }: Props) {
  const hint = useId();
  const [mode, setMode] = useState(() => modeOf(value));
  const Fields = mode === "manual" ? null : FIELDS[mode];
  return (
    <div className={styles.schedule} role="group" aria-label="Schedule" aria-describedby={hint}>
      <Select
        label="Runs"
        allowDeselect={false}
        data={[...MODES]}
        value={mode}
        error={errors.schedule}
        onChange={(chosen) => {
          const next = MODES.find((one) => one.value === chosen)?.value ?? "interval";
          setMode(next);
          onChange(startOf(next, value));
        }}
      />
      {value && Fields && <Fields value={value} onChange={onChange} errors={errors} />}
      {value && mode !== "interval" && (
        <Select
          label="Time zone"
          searchable
          allowDeselect={false}
          limit={100}
          data={timeZones(value.time_zone)}
          value={value.time_zone}
          error={errors["schedule.time_zone"]}
          onChange={(time_zone) => {
            if (time_zone !== null) onChange({ ...value, time_zone });
          }}
        />
      )}
      <FirstRun schedule={value} lead={lead} id={hint} />
    </div>
  );
}
