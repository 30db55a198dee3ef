import type { Receipt } from "@/api/types";
import styles from "@/components/receipt.module.css";
import { formatInteger } from "@/lib/format";

type Part = "loaded" | "rejected" | "deduplicated" | "skipped";

const PARTS: readonly { part: Part; word: string }[] = [
  { part: "loaded", word: "loaded" },
  { part: "rejected", word: "rejected" },
  { part: "deduplicated", word: "deduplicated" },
  { part: "skipped", word: "skipped" },
];

/** read = loaded + rejected + deduplicated + skipped, as a bar whose parts add up. */
export function ReceiptBar({ receipt }: { receipt: Receipt }) {
  const present = PARTS.filter(({ part }) => part === "loaded" || receipt[part] > 0);
  const words = present.map(({ part, word }) => `${formatInteger(receipt[part])} ${word}`);
  return (
    <div
      className={styles.receipt}
      role="group"
      aria-label={`Receipt: ${formatInteger(receipt.read)} read = ${words.join(" + ")}`}
    >
      <div className={styles.bar} aria-hidden>
        {present.map(({ part }) => (
          <span key={part} data-part={part} style={{ flexGrow: receipt[part] }} />
        ))}
      </div>
      <p className={styles.sum}>
        <span>{formatInteger(receipt.read)} read</span>
        <span className="muted">=</span>
        {present.map(({ part }, index) => (
          <span key={part} className={styles.term}>
            {index > 0 && <span className={styles.plus}>+</span>}
            <i className={styles.swatch} data-part={part} aria-hidden />
            {words[index]}
          </span>
        ))}
      </p>
    </div>
  );
}
