import { UnstyledButton } from "@mantine/core";

import type { FeedFileState } from "@/features/feeds/feedQueries";
import styles from "@/features/feeds/feeds.module.css";
import { FILE_STATE_ORDER, FILE_STATES } from "@/features/feeds/words";
import { formatInteger } from "@/lib/format";

interface Props {
  counts: Readonly<Record<string, number>>;
  value: FeedFileState | undefined;
  onChange: (state: FeedFileState | undefined) => void;
}

/** The states that files are in, with how many, to look at those of one. */
export function StateFilter({ counts, value, onChange }: Props) {
  const states = FILE_STATE_ORDER.filter((state) => (counts[state] ?? 0) > 0 || state === value);
  if (states.length === 0) return null;
  return (
    <div className={styles.states} role="group" aria-label="State">
      {states.map((state) => (
        <UnstyledButton
          key={state}
          className={styles.stateChip}
          aria-pressed={state === value}
          title={FILE_STATES[state].meaning}
          onClick={() => onChange(state === value ? undefined : state)}
        >
          {FILE_STATES[state].word}
          <span className="tabular">{formatInteger(counts[state] ?? 0)}</span>
        </UnstyledButton>
      ))}
    </div>
  );
}
