import { Radio } from "@mantine/core";

import type { FeedKind } from "@/features/feeds/feedQueries";
import styles from "@/features/feeds/feeds.module.css";
import { KIND_WORDS, KINDS } from "@/features/feeds/words";

interface Props {
  kind: FeedKind;
  onChange: (kind: FeedKind) => void;
}

export function KindChoice({ kind, onChange }: Props) {
  return (
    <Radio.Group
      label="Kind of source"
      value={kind}
      onChange={(value) => {
        onChange(KINDS.find((one) => one === value) ?? kind);
      }}
    >
      <div className={styles.kinds}>
        {KINDS.map((one) => (
          <Radio
            key={one}
            value={one}
            className={styles.kind}
            label={KIND_WORDS[one].word}
            description={KIND_WORDS[one].meaning}
          />
        ))}
      </div>
    </Radio.Group>
  );
}
