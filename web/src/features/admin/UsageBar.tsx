import styles from "@/features/admin/admin.module.css";
import { formatPercent } from "@/lib/format";

interface Props {
  label: string;
  used: number;
  /** 0 stands for no limit. */
  limit: number;
  format: (value: number) => string;
}

const NEARLY_FULL = 0.9;

/** What is used of a quota, in figures and as a bar. */
export function UsageBar({ label, used, limit, format }: Props) {
  const isLimited = limit > 0;
  const share = isLimited ? used / limit : 0;
  return (
    <div className={styles.usage}>
      <span>
        {format(used)}
        <span className="muted"> {isLimited ? `of ${format(limit)}` : "no limit"}</span>
      </span>
      {isLimited && (
        <div
          className={styles.meter}
          role="meter"
          aria-label={label}
          aria-valuemin={0}
          aria-valuemax={limit}
          aria-valuenow={Math.min(used, limit)}
          aria-valuetext={formatPercent(used, limit)}
          data-full={share >= NEARLY_FULL}
        >
          <span style={{ width: `${Math.min(100, 100 * share)}%` }} />
        </div>
      )}
    </div>
  );
}
