import { ActionIcon, Button, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";

import {
  lineAmount,
  newLine,
  type LineDraft,
  type LineField,
} from "@/features/invoices/invoiceDraft";
import styles from "@/features/invoices/invoices.module.css";
import { sumOf } from "@/features/invoices/money";
import { formatExact } from "@/lib/amounts";

interface Props {
  lines: readonly LineDraft[];
  /** By the API's names: "lines.0.quantity". */
  errors: Readonly<Record<string, string>>;
  onChange: (lines: readonly LineDraft[]) => void;
}

const FIELDS: readonly { name: LineField; label: string; isNumber: boolean }[] = [
  { name: "item_number", label: "Item number", isNumber: false },
  { name: "item_name", label: "Item", isNumber: false },
  { name: "quantity", label: "Quantity", isNumber: true },
  { name: "unit_price", label: "Unit price", isNumber: true },
  { name: "unit_cost", label: "Unit cost", isNumber: true },
];

interface RowProps extends Pick<Props, "errors"> {
  line: LineDraft;
  index: number;
  canRemove: boolean;
  onType: (name: LineField, text: string) => void;
  onRemove: () => void;
  onEnter: () => void;
}

function LineRow({ line, index, errors, canRemove, onType, onRemove, onEnter }: RowProps) {
  return (
    <div className={styles.line} role="group" aria-label={`Line ${index + 1}`}>
      {FIELDS.map(({ name, label, isNumber }) => (
        <TextInput
          key={name}
          label={label}
          data-field={name}
          inputMode={isNumber ? "decimal" : undefined}
          value={line.texts[name]}
          error={errors[`lines.${index}.${name}`]}
          onChange={(event) => onType(name, event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
            event.preventDefault();
            onEnter();
          }}
        />
      ))}
      <output className={styles.lineAmount} aria-label={`Amount of line ${index + 1}`}>
        {formatExact(lineAmount(line), 2)}
      </output>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Remove line ${index + 1}`}
        disabled={!canRemove}
        onClick={onRemove}
      >
        <IconTrash size={16} />
      </ActionIcon>
    </div>
  );
}

/** The lines to type in; Enter adds one, and amounts are computed meanwhile. */
export function LineEditor({ lines, errors, onChange }: Props) {
  const add = () => onChange([...lines, newLine(lines)]);
  const type = (line: LineDraft, name: LineField, text: string) => {
    const changed = { ...line, texts: { ...line.texts, [name]: text } };
    onChange(lines.map((one) => (one.key === line.key ? changed : one)));
  };
  return (
    <fieldset className={styles.lines}>
      <legend>Lines</legend>
      {lines.map((line, index) => (
        <LineRow
          key={line.key}
          line={line}
          index={index}
          errors={errors}
          canRemove={lines.length > 1}
          onType={(name, text) => type(line, name, text)}
          onRemove={() => onChange(lines.filter((one) => one.key !== line.key))}
          onEnter={add}
        />
      ))}
      <div className={styles.linesFoot}>
        <Button variant="subtle" leftSection={<IconPlus size={15} />} onClick={add}>
          Add line
        </Button>
        <p role="status">Total {formatExact(sumOf(lines.map(lineAmount)), 2)}</p>
      </div>
    </fieldset>
  );
}
