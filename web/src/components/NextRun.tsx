import styles from "@/components/health.module.css";
import { TimeUntil } from "@/components/TimeUntil";
import { formatInZone } from "@/lib/format";
import { zoneOf, type Planned } from "@/lib/schedules";

interface Props {
  of: Planned & { paused: boolean };
  /** Where there is room: the moment too, not only how long until then. */
  isFull?: boolean;
}

/** When something runs next, by the clock of its schedule; or why it does not by itself. */
export function NextRun({ of: { paused, next_run_at: at, schedule }, isFull = false }: Props) {
  if (paused) return <>when resumed</>;
  if (at === null) return <>{schedule ? "not planned" : "when told to"}</>;
  const zone = zoneOf(schedule);
  return (
    <span className={styles.nextRun}>
      <TimeUntil at={at} />
      {(isFull || zone !== undefined) && <small>{formatInZone(at, zone)}</small>}
    </span>
  );
}
