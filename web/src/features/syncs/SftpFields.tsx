import { NumberInput, TextInput } from "@mantine/core";

import { SecretField } from "@/components/SecretField";
import type { TargetProps } from "@/features/syncs/DestinationFields";
import { FileFields } from "@/features/syncs/FileFields";
import type { SftpTarget } from "@/features/syncs/syncDraft";
import styles from "@/features/syncs/syncs.module.css";

const SECRETS = [
  { name: "password", label: "Password", isLong: false },
  { name: "private_key", label: "Private key", isLong: true },
  { name: "passphrase", label: "Passphrase of the key", isLong: false },
] as const;

/** A folder of an SFTP server. */
export function SftpFields(props: TargetProps<SftpTarget>) {
  const { target, secrets, secretsSet, errors, secretErrors, onChange, onSecrets } = props;
  return (
    <div className={styles.fields}>
      <TextInput
        label="Host"
        placeholder="sftp.example.com"
        value={target.host}
        error={errors.host}
        onChange={(event) => onChange({ host: event.currentTarget.value.trim() })}
      />
      <NumberInput
        label="Port"
        min={1}
        max={65_535}
        value={target.port}
        error={errors.port}
        onChange={(value) => onChange({ port: Number(value) })}
      />
      <TextInput
        label="Username"
        autoComplete="off"
        value={target.username}
        error={errors.username}
        onChange={(event) => onChange({ username: event.currentTarget.value.trim() })}
      />
      {SECRETS.map(({ name, label, isLong }) => (
        <SecretField
          key={name}
          label={label}
          isLong={isLong}
          isSet={secretsSet[name] === true}
          value={secrets[name]}
          error={secretErrors[name]}
          onChange={(value) => onSecrets({ [name]: value })}
        />
      ))}
      <TextInput
        label="Folder"
        value={target.folder}
        error={errors.folder}
        onChange={(event) => onChange({ folder: event.currentTarget.value })}
      />
      <FileFields target={target} errors={errors} onChange={onChange} />
      <TextInput
        label="Host key"
        style={{ gridColumn: "1 / -1" }}
        description="Empty: the one that the server shows first is trusted, and no other after."
        classNames={{ input: "mono" }}
        placeholder="ssh-ed25519 AAAA…"
        value={target.host_key ?? ""}
        error={errors.host_key}
        onChange={(event) => onChange({ host_key: event.currentTarget.value.trim() || null })}
      />
    </div>
  );
}
