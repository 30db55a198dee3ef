import { NumberInput, SegmentedControl } from "@mantine/core";

import styles from "@/features/admin/admin.module.css";
import type { QuotaChoice, QuotaDraft, QuotaName } from "@/features/admin/quotaDraft";

interface Props {
  name: QuotaName;
  draft: QuotaDraft;
  error: string | null;
  onChange: (draft: QuotaDraft) => void;
}

const LABELS: Record<QuotaName, { label: string; unit: string }> = {
  storage_bytes: { label: "Storage", unit: " GB" },
  rows: { label: "Rows", unit: " rows" },
  running_jobs: { label: "Jobs at once", unit: " jobs" },
};

const CHOICES: readonly { value: QuotaChoice; label: string }[] = [
  { value: "default", label: "As in the settings" },
  { value: "none", label: "No limit" },
  { value: "own", label: "Its own" },
];

export function QuotaField({ name, draft, error, onChange }: Props) {
  const { label, unit } = LABELS[name];
  const isCounted = name !== "storage_bytes";
  return (
    <fieldset className={styles.quota}>
      <legend>{label}</legend>
      <SegmentedControl
        size="xs"
        aria-label={`${label}: which limit`}
        value={draft.choice}
        // Without a limit on jobs, one workspace could take all workers.
        data={CHOICES.filter(({ value }) => name !== "running_jobs" || value !== "none")}
        onChange={(choice) => {
          onChange({ ...draft, choice });
        }}
      />
      {draft.choice === "own" && (
        <NumberInput
          aria-label={label}
          size="sm"
          placeholder={`Most${unit}`}
          suffix={unit}
          min={0}
          max={name === "running_jobs" ? 64 : undefined}
          decimalScale={isCounted ? 0 : 3}
          thousandSeparator=","
          allowNegative={false}
          value={draft.amount}
          error={error}
          onChange={(amount) => {
            onChange({ ...draft, amount: typeof amount === "number" ? amount : "" });
          }}
        />
      )}
    </fieldset>
  );
}
