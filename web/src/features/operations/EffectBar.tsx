import styles from "@/features/operations/operations.module.css";
import { formatInteger } from "@/lib/format";

interface Counts {
  rows_in: number;
  rows_out: number;
  removed: number;
}

/** The balanced account of an operation: read = stay + go, as figures and as a bar. */
export function EffectBar({ receipt }: { receipt: Counts }) {
  const { rows_in, rows_out, removed } = receipt;
  const share = rows_in > 0 ? (100 * rows_out) / rows_in : 0;
  return (
    <div className={styles.effect}>
      <dl className={styles.figures}>
        <div>
          <dt>Rows read</dt>
          <dd>{formatInteger(rows_in)}</dd>
        </div>
        <div data-tone="stay">
          <dt>Stay</dt>
          <dd>{formatInteger(rows_out)}</dd>
        </div>
        <div data-tone="go">
          <dt>Removed</dt>
          <dd>{formatInteger(removed)}</dd>
        </div>
      </dl>
      <div className={styles.bar} aria-hidden>
        <span style={{ width: `${share}%` }} />
      </div>
    </div>
  );
}
