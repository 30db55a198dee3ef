import { Checkbox, NumberInput, Select, Textarea, TextInput } from "@mantine/core";

import { SecretField } from "@/components/SecretField";
import type { TargetProps } from "@/features/syncs/DestinationFields";
import type { PostgresqlTarget } from "@/features/syncs/syncDraft";
import styles from "@/features/syncs/syncs.module.css";

const TLS: readonly { value: PostgresqlTarget["tls"]; label: string }[] = [
  { value: "prefer", label: "Encrypted where the server can" },
  { value: "require", label: "Encrypted" },
  { value: "verify-full", label: "Encrypted, certificate checked" },
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
  const { target, secrets, secretsSet, errors, secretErrors, onChange, onSecrets } = props;
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
        onChange={(value) => onSecrets({ password: value })}
      />
      <Select
        label="Connection"
        allowDeselect={false}
        data={[...TLS]}
        value={target.tls}
        onChange={(value) => {
          const tls = TLS.find((one) => one.value === value)?.value;
          // A certificate counts only where it is checked.
          if (tls) onChange(tls === "verify-full" ? { tls } : { tls, ca_certificate: null });
        }}
      />
      {target.tls === "verify-full" && (
        <Textarea
          label="Certificate of its authority"
          description="As PEM. Empty: those that this server trusts."
          placeholder="-----BEGIN CERTIFICATE-----"
          classNames={{ input: "mono" }}
          style={{ gridColumn: "1 / -1" }}
          autosize
          minRows={3}
          maxRows={8}
          spellCheck={false}
          value={target.ca_certificate ?? ""}
          error={errors.ca_certificate}
          onChange={(event) => onChange({ ca_certificate: event.currentTarget.value || null })}
        />
      )}
      <Checkbox
        label="Make the table where it is missing"
        checked={target.create_table}
        onChange={(event) => onChange({ create_table: event.currentTarget.checked })}
      />
    </div>
  );
}
