import status from "@/components/status.module.css";

export type Tone = "good" | "busy" | "bad" | "none";

/** A state in a word, in the colour that it deserves. */
export interface Look {
  word: string;
  tone: Tone;
}

interface Props extends Look {
  /** What the word means, on hover. */
  title?: string;
}

export function LookBadge({ word, tone, title }: Props) {
  return (
    <span className={status.badge} data-tone={tone} title={title}>
      {word}
    </span>
  );
}
