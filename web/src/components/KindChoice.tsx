import { Radio } from "@mantine/core";

import styles from "@/components/form.module.css";

interface Props<Kind extends string> {
  label: string;
  kinds: readonly Kind[];
  words: Readonly<Record<Kind, { word: string; meaning: string }>>;
  kind: Kind;
  onChange: (kind: Kind) => void;
}

/** One of a few kinds, each with what it means. */
export function KindChoice<Kind extends string>(props: Props<Kind>) {
  const { label, kinds, words, kind, onChange } = props;
  return (
    <Radio.Group
      label={label}
      value={kind}
      onChange={(value) => onChange(kinds.find((one) => one === value) ?? kind)}
    >
      <div className={styles.kinds}>
        {kinds.map((one) => (
          <Radio
            key={one}
            value={one}
            className={styles.kind}
            label={words[one].word}
            description={words[one].meaning}
          />
        ))}
      </div>
    </Radio.Group>
  );
}
