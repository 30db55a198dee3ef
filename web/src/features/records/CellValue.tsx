import styles from "@/features/records/grid.module.css";
import { formatCell } from "@/lib/cells";

interface Props {
  value: unknown;
  type: string;
  isDateOnly?: boolean;
}

/** A value, or the mark of a missing or an empty one. */
export function CellValue({ value, type, isDateOnly = false }: Props) {
  const text = formatCell(value, type, isDateOnly);
  if (text === null) return <span className={styles.null}>null</span>;
  if (text === "") return <span className={styles.null}>empty</span>;
  return <span className={styles.value}>{text}</span>;
}
