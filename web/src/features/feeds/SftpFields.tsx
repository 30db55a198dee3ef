import { NumberInput, SegmentedControl, TextInput } from "@mantine/core";
import { useState } from "react";

import { keptSecrets, type SourceOf } from "@/features/feeds/feedDraft";
import styles from "@/features/feeds/feeds.module.css";
import { FeedSecret } from "@/features/feeds/FeedSecret";
import type { FormPart } from "@/features/feeds/formTypes";
import { RecursiveField } from "@/features/feeds/RecursiveField";

interface Props extends FormPart {
  source: SourceOf<"sftp">;
}

function HostFields({ source, draft, errors, onChange }: Props) {
  /** Another server has another key. */
  const move = (part: Partial<SourceOf<"sftp">>) => {
    onChange({ source: { ...source, ...part }, hostKey: "" });
  };
  return (
    <>
      <div className={styles.fields} data-columns="host">
        <TextInput
          label="Host"
          placeholder="sftp.example.com"
          autoComplete="off"
          spellCheck={false}
          value={source.host}
          error={errors["source.host"]}
          onChange={(event) => move({ host: event.currentTarget.value })}
        />
        <NumberInput
          label="Port"
          min={1}
          max={65_535}
          allowDecimal={false}
          value={source.port}
          error={errors["source.port"]}
          onChange={(port) => move({ port: Number(port) })}
        />
      </div>
      <div className={styles.fields}>
        <TextInput
          label="Username"
          autoComplete="off"
          spellCheck={false}
          value={source.username}
          error={errors["source.username"]}
          onChange={(event) => {
            onChange({ source: { ...source, username: event.currentTarget.value } });
          }}
        />
        <TextInput
          label="Folder"
          placeholder="Where the account begins"
          value={source.folder}
          error={errors["source.folder"]}
          onChange={(event) => {
            onChange({ source: { ...source, folder: event.currentTarget.value } });
          }}
        />
      </div>
      <RecursiveField
        checked={draft.source.kind === "sftp" && source.recursive}
        onChange={(recursive) => onChange({ source: { ...source, recursive } })}
      />
    </>
  );
}

function Login(props: Props) {
  const { draft, feed, onChange } = props;
  const kept = keptSecrets(draft, feed);
  const [by, setBy] = useState(kept.private_key ? "key" : "password");
  return (
    <div className={styles.login}>
      <SegmentedControl
        size="xs"
        aria-label="Log in by"
        data={[
          { value: "password", label: "Password" },
          { value: "key", label: "Private key" },
        ]}
        value={by}
        onChange={(value) => {
          setBy(value);
          // What was typed for the other way is not sent along unseen.
          onChange({ secrets: {} });
        }}
      />
      {by === "password" ? (
        <FeedSecret {...props} name="password" label="Password" />
      ) : (
        <div className={styles.fields} data-columns="key">
          <FeedSecret
            {...props}
            name="private_key"
            label="Private key"
            placeholder="-----BEGIN OPENSSH PRIVATE KEY-----"
            isLong
          />
          <FeedSecret {...props} name="passphrase" label="Its passphrase, if any" />
        </div>
      )}
    </div>
  );
}

export function SftpFields(props: Props) {
  const { draft, errors, onChange } = props;
  return (
    <>
      <HostFields {...props} />
      <Login {...props} />
      <TextInput
        label="Host key"
        description="The only key that is accepted of the server. Left empty, the first one it shows counts."
        placeholder="ssh-ed25519 AAAA…"
        classNames={{ input: "mono" }}
        spellCheck={false}
        value={draft.hostKey}
        error={errors.host_key}
        onChange={(event) => onChange({ hostKey: event.currentTarget.value })}
      />
    </>
  );
}
