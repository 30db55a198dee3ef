import type { CSSProperties, ReactNode } from "react";

import styles from "@/components/dataTable.module.css";

interface Props {
  label: string;
  children: ReactNode;
  className?: string;
  isBordered?: boolean;
  style?: CSSProperties;
}

/** Around a table that may be wider or longer than its place. */
export function DataFrame({ label, children, className = "", isBordered = false, style }: Props) {
  return (
    // It scrolls by itself, so it must be reachable by keyboard.
    <div
      className={`${styles.frame} ${className}`}
      data-bordered={isBordered}
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      role="region"
      aria-label={label}
      style={style}
    >
      {children}
    </div>
  );
}
