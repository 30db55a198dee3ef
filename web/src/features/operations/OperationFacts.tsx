import type { Column, Operation } from "@/api/types";
import { Facts, type Fact } from "@/components/Facts";
import { LinkAnchor } from "@/components/links";
import styles from "@/features/operations/operations.module.css";
import { fromFilter } from "@/features/operations/wish";
import { describeParameters, describeTest } from "@/features/operations/words";
import { formatDateTime, formatDuration, formatInteger } from "@/lib/format";

interface Props {
  operation: Operation;
  /** Those of the dataset it read, for their labels. */
  columns: readonly Column[];
}

function Parameters({ operation, columns }: Props) {
  if (operation.operation !== "filter") return describeParameters(operation, columns);
  return (
    <ul className={styles.tests}>
      {operation.filters.map((filter, index) => {
        const test = fromFilter(filter);
        return <li key={index}>{test ? describeTest(test, columns) : JSON.stringify(filter)}</li>;
      })}
    </ul>
  );
}

/** What was asked for, and when it happened. */
export function OperationFacts({ operation, columns }: Props) {
  const { version, started_at, finished_at, result, repeats } = operation;
  const facts: readonly Fact[] = [
    [
      operation.operation === "filter" ? "Conditions" : "Decided",
      <Parameters key="p" operation={operation} columns={columns} />,
    ],
    ["Read version", version === null ? null : formatInteger(version)],
    ["Result", result && (result.dataset?.name ?? "deleted since")],
    ["Begun", formatDateTime(started_at ?? operation.created_at)],
    ["Took", started_at && finished_at && formatDuration(started_at, finished_at)],
    [
      "Repeats",
      repeats && (
        <LinkAnchor to="/operations/$id" params={{ id: repeats }} inherit>
          an earlier operation
        </LinkAnchor>
      ),
    ],
  ];
  return <Facts facts={facts} className={styles.facts} />;
}
