import type { ReactNode } from "react";

import styles from "@/components/facts.module.css";

export type Fact = readonly [term: string, words: ReactNode];

interface Props {
  facts: readonly Fact[];
  /** In columns of one width, for a page of its own; else one behind the other. */
  isGrid?: boolean;
  className?: string;
}

/** Terms and what is to be said of them; those of which nothing is known are left out. */
export function Facts({ facts, isGrid = false, className = "" }: Props) {
  return (
    <dl className={`${styles.facts} ${className}`} data-grid={isGrid}>
      {facts.map(
        ([term, words]) =>
          words != null &&
          words !== false && (
            <div key={term}>
              <dt>{term}</dt>
              <dd>{words}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
