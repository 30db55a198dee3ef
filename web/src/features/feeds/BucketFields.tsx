import { Checkbox, TextInput } from "@mantine/core";

import type { SourceOf } from "@/features/feeds/feedDraft";
import styles from "@/features/feeds/feeds.module.css";
import { FeedSecret } from "@/features/feeds/FeedSecret";
import type { FormPart } from "@/features/feeds/formTypes";
import { RecursiveField } from "@/features/feeds/RecursiveField";

interface Props extends FormPart {
  source: SourceOf<"s3">;
}

type TextName = "bucket" | "prefix" | "endpoint" | "region" | "access_key_id";

const TEXTS: Record<TextName, { label: string; placeholder?: string; description?: string }> = {
  bucket: { label: "Bucket", placeholder: "deliveries" },
  prefix: { label: "Folder", placeholder: "All of the bucket" },
  endpoint: { label: "Endpoint", placeholder: "Amazon S3" },
  region: { label: "Region" },
  access_key_id: { label: "Access key ID", placeholder: "None: the bucket is public" },
};

export function BucketFields(props: Props) {
  const { source, errors, onChange } = props;
  const change = (part: Partial<SourceOf<"s3">>) => onChange({ source: { ...source, ...part } });
  const field = (name: TextName) => (
    <TextInput
      {...TEXTS[name]}
      autoComplete="off"
      spellCheck={false}
      value={source[name] ?? ""}
      error={errors[`source.${name}`]}
      onChange={(event) => change({ [name]: event.currentTarget.value })}
    />
  );
  return (
    <>
      <div className={styles.fields}>
        {field("bucket")}
        {field("prefix")}
        {field("endpoint")}
        {field("region")}
        {field("access_key_id")}
        <FeedSecret {...props} name="secret_access_key" label="Secret access key" />
      </div>
      <RecursiveField checked={source.recursive} onChange={(recursive) => change({ recursive })} />
      <details className={styles.more}>
        <summary>Less common</summary>
        <div className={styles.moreBody}>
          <FeedSecret
            {...props}
            name="session_token"
            label="Session token"
            description="Of temporary credentials."
          />
          <Checkbox
            label="The bucket’s name stands before the endpoint’s host"
            checked={source.virtual_hosted}
            onChange={(event) => change({ virtual_hosted: event.currentTarget.checked })}
          />
        </div>
      </details>
    </>
  );
}
