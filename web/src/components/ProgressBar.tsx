import styles from "@/components/progress.module.css";

interface Props {
  label: string;
  /** 0–100; null while how far it is cannot be known. */
  percent: number | null;
  tone?: "accent" | "good" | "bad";
}

export function ProgressBar({ label, percent, tone = "accent" }: Props) {
  return (
    <div
      className={styles.track}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent === null ? undefined : Math.round(percent)}
      data-unknown={percent === null}
      data-tone={tone}
    >
      <div
        className={styles.fill}
        style={percent === null ? undefined : { transform: `scaleX(${percent / 100})` }}
      />
    </div>
  );
}
