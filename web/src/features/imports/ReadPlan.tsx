import { Button } from "@mantine/core";
import { useState } from "react";

import type { Import } from "@/api/types";
import { Facts } from "@/components/Facts";
import styles from "@/features/imports/imports.module.css";
import { planColumns, planFacts } from "@/features/imports/readPlan";
import { countOf } from "@/lib/format";

const SHOWN = 60;

/** How the file was read, in words a person can check. */
export function ReadPlan({ plan }: { plan: NonNullable<Import["plan"]> }) {
  const [showsAll, setShowsAll] = useState(false);
  const columns = planColumns(plan);
  const shown = showsAll ? columns : columns.slice(0, SHOWN);
  return (
    <section>
      <h2>How the file was read</h2>
      <Facts facts={planFacts(plan).map(({ term, words }) => [term, words])} />
      <ul className={styles.planColumns} aria-label="Columns and their types">
        {shown.map(({ name, label, type }) => (
          <li key={name}>
            <span className="truncate">{label}</span> <span className="muted">{type}</span>
          </li>
        ))}
      </ul>
      {shown.length < columns.length && (
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={() => {
            setShowsAll(true);
          }}
        >
          Show all {countOf(columns.length, "column")}
        </Button>
      )}
    </section>
  );
}
