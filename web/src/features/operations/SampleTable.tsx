import { SegmentedControl } from "@mantine/core";
import { useState } from "react";

import type { Column, OperationPreview } from "@/api/types";
import { DataFrame } from "@/components/DataFrame";
import styles from "@/features/operations/operations.module.css";
import { formatCell } from "@/lib/cells";
import { familyOf } from "@/lib/columnTypes";
import { countOf, formatInteger } from "@/lib/format";

interface Props {
  preview: OperationPreview;
  columns: readonly Column[];
  /** Names of the columns that decide, which are shown first. */
  deciding: readonly string[];
  /** What is shown until the reader chooses. */
  first: Fate;
}

type Fate = "kept" | "removed";

function Rows({
  rows,
  columns,
}: {
  rows: readonly Record<string, unknown>[];
  columns: readonly Column[];
}) {
  return (
    <DataFrame className={styles.sample} label="Sample of rows">
      <table>
        <thead>
          <tr>
            {columns.map(({ name, label, type }) => (
              <th key={name} scope="col" data-right={familyOf(type) === "number"}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // A sample is never reordered, and equal rows may stand in it.
            <tr key={index}>
              {columns.map(({ name, type }) => (
                <td key={name} data-right={familyOf(type) === "number"}>
                  {formatCell(row[name], type) ?? <span className={styles.missing}>missing</span>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </DataFrame>
  );
}

/** The first rows of either fate. */
export function SampleTable({ preview, columns, deciding, first }: Props) {
  const [chosen, setChosen] = useState<Fate | null>(null);
  const wanted = chosen ?? first;
  const ordered = [
    ...columns.filter(({ name }) => deciding.includes(name)),
    ...columns.filter(({ name }) => !deciding.includes(name)),
  ];
  const rows = preview.sample[wanted] ?? [];
  const total = wanted === "kept" ? preview.rows_out : preview.removed;
  return (
    <div className={styles.sampleCard}>
      <header>
        <SegmentedControl
          size="xs"
          aria-label="Which rows to show"
          value={wanted}
          data={[
            { value: "removed", label: `Removed (${formatInteger(preview.removed)})` },
            { value: "kept", label: `Stay (${formatInteger(preview.rows_out)})` },
          ]}
          onChange={(value) => {
            setChosen(value === "kept" ? "kept" : "removed");
          }}
        />
        {rows.length < total && (
          <span className="muted">the first {countOf(rows.length, "row")}</span>
        )}
      </header>
      {rows.length > 0 ? (
        <Rows rows={rows} columns={ordered} />
      ) : (
        <p className={styles.none}>
          {wanted === "removed" ? "No row would be removed." : "No row would stay."}
        </p>
      )}
    </div>
  );
}
