import { Checkbox, NumberInput, Select, TextInput } from "@mantine/core";

import type { TargetProps } from "@/features/syncs/DestinationFields";
import type { HttpTarget } from "@/features/syncs/syncDraft";
import styles from "@/features/syncs/syncs.module.css";

const DELETES = ["DELETE", "POST", "PUT", "PATCH"] as const;

/** What most syncs leave as it is. */
export function HttpDetails({ target, errors, onChange }: TargetProps<HttpTarget>) {
  return (
    <details className={styles.details}>
      <summary>Deletes, time limit and more</summary>
      <div className={styles.fields}>
        <Select
          label="Method for deleted rows"
          allowDeselect={false}
          data={[...DELETES]}
          value={target.delete_method}
          onChange={(value) => {
            const method = DELETES.find((one) => one === value);
            if (method) onChange({ delete_method: method });
          }}
        />
        <TextInput
          label="Path for deleted rows"
          placeholder={target.path || "the same"}
          value={target.delete_path ?? ""}
          error={errors.delete_path}
          onChange={(event) => onChange({ delete_path: event.currentTarget.value.trim() || null })}
        />
        <TextInput
          label="Field with the kind of change"
          description="Added to each record: insert, update or delete."
          placeholder="none"
          value={target.change_field ?? ""}
          error={errors.change_field}
          onChange={(event) => onChange({ change_field: event.currentTarget.value.trim() || null })}
        />
        <NumberInput
          label="Time limit of a request"
          description="In seconds."
          min={1}
          max={300}
          value={target.timeout_seconds}
          error={errors.timeout_seconds}
          onChange={(value) => onChange({ timeout_seconds: Number(value) })}
        />
        <Checkbox
          label="Take a success only where the answer is JSON"
          checked={target.expect_json}
          onChange={(event) => onChange({ expect_json: event.currentTarget.checked })}
        />
      </div>
    </details>
  );
}
