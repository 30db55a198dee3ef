import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";

import type { DatasetDetail } from "@/api/types";
import { ConditionRow } from "@/features/operations/ConditionRow";
import styles from "@/features/operations/operations.module.css";
import { formatTest, operatorsFor, parseTests, type Test } from "@/features/operations/wish";
import { familyOf } from "@/lib/columnTypes";

interface Props {
  dataset: DatasetDetail;
  /** The conditions as the address has them. */
  texts: readonly string[] | undefined;
  onChange: (texts: string[] | undefined) => void;
}

interface Draft {
  id: number;
  test: Test;
}

/** Numbers the conditions, so that each keeps its fields while others come and go. */
function toDrafts(tests: readonly Test[]): Draft[] {
  return tests.map((test, id) => ({ id, test }));
}

/** Conditions that all have to hold. What is typed lives here and follows into the address. */
export function ConditionList({ dataset, texts, onChange }: Props) {
  const [drafts, setDrafts] = useState(() => toDrafts(parseTests(texts)));
  const [first] = dataset.columns;
  const change = (next: Draft[]) => {
    setDrafts(next);
    onChange(next.length > 0 ? next.map(({ test }) => formatTest(test)) : undefined);
  };
  const add = () => {
    if (!first) return;
    const id = Math.max(-1, ...drafts.map((draft) => draft.id)) + 1;
    const value = familyOf(first.type) === "boolean" ? "true" : "";
    const operator = operatorsFor(first.type)[0] ?? "eq";
    change([...drafts, { id, test: { column: first.name, operator, value } }]);
  };
  return (
    <fieldset className={styles.conditions}>
      <legend>Rows stay where all of these hold</legend>
      {drafts.map(({ id, test }, index) => (
        <ConditionRow
          key={id}
          number={index + 1}
          slug={dataset.slug}
          columns={dataset.columns}
          test={test}
          onChange={(changed) => {
            change(drafts.map((one) => (one.id === id ? { id, test: changed } : one)));
          }}
          onRemove={() => {
            change(drafts.filter((one) => one.id !== id));
          }}
        />
      ))}
      <Button
        size="xs"
        variant="default"
        leftSection={<IconPlus size={14} stroke={2} />}
        style={{ justifySelf: "start" }}
        onClick={add}
      >
        Add condition
      </Button>
    </fieldset>
  );
}
