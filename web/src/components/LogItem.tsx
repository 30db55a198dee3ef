import { IconChevronRight } from "@tabler/icons-react";
import type { ReactNode } from "react";

import styles from "@/components/logItem.module.css";
import { LookBadge, type Look } from "@/components/LookBadge";
import page from "@/components/page.module.css";

interface Props {
  look: Look;
  title: ReactNode;
  /** A line below the title, as long as it is closed. */
  note?: ReactNode;
  aside: ReactNode;
  isOpen?: boolean;
  /** Where somebody else keeps whether it is open. */
  onToggle?: (isOpen: boolean) => void;
  children: ReactNode;
}

/** An entry of a log, which opens to all that is known of it. */
export function LogItem({ look, title, note, aside, isOpen, onToggle, children }: Props) {
  return (
    <li>
      <details
        className={styles.item}
        open={isOpen}
        onToggle={(event) => {
          const isOpenNow = event.currentTarget.open;
          if (isOpenNow !== isOpen) onToggle?.(isOpenNow);
        }}
      >
        <summary>
          <IconChevronRight size={15} stroke={1.8} aria-hidden className={styles.chevron} />
          <LookBadge {...look} />
          <span className={styles.words}>
            {title}
            {note != null && note !== "" && <span className={styles.note}>{note}</span>}
          </span>
          <span className={styles.aside}>{aside}</span>
        </summary>
        <div className={styles.body}>{children}</div>
      </details>
    </li>
  );
}

interface ListProps {
  label: string;
  children: ReactNode;
}

export function LogItems({ label, children }: ListProps) {
  return (
    <ul className={page.lines} aria-label={label}>
      {children}
    </ul>
  );
}
