import { Radio } from "@mantine/core";

import type { OperationKind } from "@/api/types";
import styles from "@/features/operations/operations.module.css";
import { toKind } from "@/features/operations/wish";
import { KIND_WORDS } from "@/features/operations/words";

interface Props {
  kind: OperationKind;
  onChange: (kind: OperationKind) => void;
}

const KINDS: readonly OperationKind[] = ["dedup", "unique", "filter"];

export function KindChoice({ kind, onChange }: Props) {
  return (
    <Radio.Group
      label="Operation"
      value={kind}
      onChange={(value) => {
        onChange(toKind(value));
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
