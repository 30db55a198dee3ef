import { Checkbox, NumberInput, Radio, Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { eventKindsQuery } from "@/api/queries";
import styles from "@/components/eventChoice.module.css";
import { LoadError } from "@/components/LoadError";

interface Props {
  /** Kinds of events, or `*` for all of them. */
  events: readonly string[];
  rejectsAbove: number;
  error?: string;
  onChange: (events: string[]) => void;
  onRejectsAbove: (count: number) => void;
}

const ALL = "*";
const REJECTS = "import.rejects";

const GROUPS: Record<string, string> = {
  import: "Imports",
  dataset: "Datasets",
  operation: "Operations",
  feed: "Feeds",
  sync: "Syncs",
  webhook: "Webhooks",
};

interface Kind {
  event: string;
  description: string;
}

/** The kinds by what they are about, in their own order. */
function grouped(kinds: readonly Kind[]): [string, Kind[]][] {
  const groups = new Map<string, Kind[]>();
  for (const kind of kinds) {
    const subject = kind.event.split(".")[0] ?? "";
    groups.set(subject, [...(groups.get(subject) ?? []), kind]);
  }
  return [...groups].map(([subject, all]) => [GROUPS[subject] ?? subject, all]);
}

function Kinds({ events, onChange }: Pick<Props, "events" | "onChange">) {
  const { data, error, refetch } = useQuery(eventKindsQuery);
  if (error && !data) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton h={160} role="status" aria-label="Loading events" />;
  return (
    <Checkbox.Group aria-label="Events" value={[...events]} onChange={onChange}>
      <div className={styles.groups}>
        {grouped(data.items).map(([word, kinds]) => (
          <fieldset key={word} className={styles.group}>
            <legend>{word}</legend>
            {kinds.map(({ event, description }) => (
              <Checkbox key={event} size="xs" value={event} label={description} />
            ))}
          </fieldset>
        ))}
      </div>
    </Checkbox.Group>
  );
}

/** Which events are told, and how many rejects are too many. */
export function EventChoice({ events, rejectsAbove, error, onChange, onRejectsAbove }: Props) {
  const isAll = events.includes(ALL);
  return (
    <div className={styles.choice}>
      <Radio.Group
        label="Tell of"
        value={isAll ? "all" : "chosen"}
        error={error}
        onChange={(value) => onChange(value === "all" ? [ALL] : [])}
      >
        <Stack gap={8} mt={8}>
          <Radio value="chosen" label="These events" />
          <Radio value="all" label="All events, also those that later releases add" />
        </Stack>
      </Radio.Group>
      {!isAll && <Kinds events={events} onChange={onChange} />}
      {(isAll || events.includes(REJECTS)) && (
        <NumberInput
          label="Tell of rejects when an import has more than"
          w={{ base: "100%", xs: 300 }}
          min={0}
          value={rejectsAbove}
          onChange={(count) => onRejectsAbove(Number(count))}
        />
      )}
    </div>
  );
}
