import { TextInput } from "@mantine/core";

import { SecretField } from "@/components/SecretField";
import type { TargetProps } from "@/features/syncs/DestinationFields";
import { FileFields } from "@/features/syncs/FileFields";
import type { S3Target } from "@/features/syncs/syncDraft";
import styles from "@/features/syncs/syncs.module.css";

const SECRET = "secret_access_key";

/** An S3-compatible bucket. */
export function S3Fields(props: TargetProps<S3Target>) {
  const { target, secrets, secretsSet, errors, secretErrors, onChange, onSecrets } = props;
  return (
    <div className={styles.fields}>
      <TextInput
        label="Bucket"
        value={target.bucket}
        error={errors.bucket}
        onChange={(event) => onChange({ bucket: event.currentTarget.value.trim() })}
      />
      <TextInput
        label="Folder in it"
        description="A prefix of the objects' names."
        value={target.prefix}
        error={errors.prefix}
        onChange={(event) => onChange({ prefix: event.currentTarget.value })}
      />
      <TextInput
        label="Endpoint"
        description="Empty for Amazon's own."
        placeholder="https://s3.example.com"
        value={target.endpoint ?? ""}
        error={errors.endpoint}
        onChange={(event) => onChange({ endpoint: event.currentTarget.value.trim() || null })}
      />
      <TextInput
        label="Region"
        value={target.region}
        error={errors.region}
        onChange={(event) => onChange({ region: event.currentTarget.value.trim() })}
      />
      <TextInput
        label="Access key id"
        autoComplete="off"
        value={target.access_key_id}
        error={errors.access_key_id}
        onChange={(event) => onChange({ access_key_id: event.currentTarget.value.trim() })}
      />
      <SecretField
        label="Secret access key"
        isSet={secretsSet[SECRET] === true}
        canRemove={false}
        value={secrets[SECRET]}
        error={secretErrors[SECRET]}
        onChange={(value) => onSecrets({ [SECRET]: value })}
      />
      <FileFields target={target} errors={errors} onChange={onChange} />
    </div>
  );
}
