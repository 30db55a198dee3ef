import status from "@/components/status.module.css";

/** A state in a word, in the colour that it deserves. */
export function LookBadge({
  word,
  tone,
}: {
  word: string;
  tone: "good" | "busy" | "bad" | "none";
}) {
  return (
    <span className={status.badge} data-tone={tone}>
      {word}
    </span>
  );
}
