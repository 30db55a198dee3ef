import { Checkbox, NumberInput, Select, TextInput } from "@mantine/core";

import { SecretField } from "@/components/SecretField";
import type { TargetProps } from "@/features/syncs/DestinationFields";
import type { PostgresqlTarget } from "@/features/syncs/syncDraft";
import styles from "@/features/syncs/syncs.module.css";

const TLS: readonly { value: PostgresqlTarget["tls"]; label: string }[] = [
  { value: "prefer", label: "Encrypted where the server can" },
  { value: "require", label: "Encrypted" },
  { value: "verify-full", label: "Encrypted, and the certificate is checked" },
  { value: "disable", label: "Not encrypted" },
];

type TextName = "host" | "database" | "username" | "table_schema" | "table";

const TEXTS: readonly { name: TextName; label: string; placeholder?: string }[] = [
  { name: "host", label: "Host", placeholder: "db.example.com" },
  { name: "database", label: "Database" },
  { name: "username", label: "Username" },
  { name: "table_schema", label: "Schema" },
  { name: "table", label: "Table" },
];

/** A table of a PostgreSQL database. */
export function PostgresqlFields(props: TargetProps<PostgresqlTarget>) {
  const { target, secrets, secretsSet, errors, secretErrors, onChange, onSecret } = props;
  return (
    <div className={styles.fields}>
      {TEXTS.map(({ name, label, placeholder }) => (
        <TextInput
          key={name}
          label={label}
          placeholder={placeholder}
          autoComplete="off"
          value={target[name]}
          error={errors[name]}
          onChange={(event) => onChange({ [name]: event.currentTarget.value.trim() })}
        />
      ))}
      <NumberInput
        label="Port"
        min={1}
        max={65_535}
        value={target.port}
        error={errors.port}
        onChange={(value) => onChange({ port: Number(value) })}
      />
      <SecretField
        label="Password"
        isSet={secretsSet.password === true}
        value={secrets.password}
        error={secretErrors.password}
        onChange={(value) => onSecret("password", value)}
      />
      <Select
        label="Connection"
        allowDeselect={false}
        data={[...TLS]}
        value={target.tls}
        onChange={(value) => {
          const tls = TLS.find((one) => one.value === value)?.value;
          if (tls) onChange({ tls });
        }}
      />
      <Checkbox
        label="Make the table where it is missing"
        checked={target.create_table}
        onChange={(event) => onChange({ create_table: event.currentTarget.checked })}
      />
    </div>
  );
}
