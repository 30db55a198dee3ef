import { Radio } from "@mantine/core";

import type { SyncTarget } from "@/api/types";
import { HttpFields } from "@/features/syncs/HttpFields";
import { PostgresqlFields } from "@/features/syncs/PostgresqlFields";
import { S3Fields } from "@/features/syncs/S3Fields";
import { SftpFields } from "@/features/syncs/SftpFields";
import { destinationErrors } from "@/features/syncs/syncErrors";
import { emptyTarget, type Messages, type SyncDraft } from "@/features/syncs/syncDraft";
import styles from "@/features/syncs/syncs.module.css";
import { KIND_WORDS, type TargetKind } from "@/features/syncs/words";

interface Props {
  draft: SyncDraft;
  secretsSet: Readonly<Record<string, boolean>>;
  isKindFixed: boolean;
  errors: Messages;
  onChange: (part: Partial<SyncDraft>) => void;
}

/** What the fields of every kind of destination are given. */
export interface TargetProps<Target extends SyncTarget> extends Pick<Props, "secretsSet"> {
  target: Target;
  secrets: SyncDraft["secrets"];
  /** By the destination's own fields. */
  errors: Messages;
  /** By the secret's name. */
  secretErrors: Messages;
  onChange: (part: Partial<Target>) => void;
  onSecret: (name: string, value: string | null | undefined) => void;
}

const KINDS: readonly TargetKind[] = ["http", "sftp", "s3", "postgresql"];

function KindChoice({ kind, onChange }: { kind: TargetKind; onChange: (to: TargetKind) => void }) {
  return (
    <Radio.Group
      label="Kind of destination"
      value={kind}
      onChange={(value) => onChange(KINDS.find((one) => one === value) ?? "http")}
    >
      <div className={styles.kinds}>
        {KINDS.map((one) => (
          <Radio
            key={one}
            value={one}
            className={styles.kind}
            label={KIND_WORDS[one].word}
            description={KIND_WORDS[one].meaning}
          />
        ))}
      </div>
    </Radio.Group>
  );
}

function secretMessages(errors: Messages): Messages {
  const pairs = Object.entries(errors).filter(([field]) => field.startsWith("secrets."));
  return Object.fromEntries(pairs.map(([field, words]) => [field.slice("secrets.".length), words]));
}

/** The destination's fields and secrets, of whichever kind it is. */
export function DestinationFields({ draft, secretsSet, isKindFixed, errors, onChange }: Props) {
  const { target, secrets } = draft;
  const shared = {
    secretsSet,
    secrets,
    errors: destinationErrors(errors),
    secretErrors: secretMessages(errors),
    onSecret: (name: string, value: string | null | undefined) =>
      onChange({ secrets: { ...secrets, [name]: value } }),
  };
  const merge = (part: object) => onChange({ target: { ...target, ...part } });
  return (
    <>
      {!isKindFixed && (
        <KindChoice
          kind={target.kind}
          onChange={(kind) => onChange({ target: emptyTarget(kind), secrets: {} })}
        />
      )}
      {target.kind === "http" && <HttpFields {...shared} target={target} onChange={merge} />}
      {target.kind === "sftp" && <SftpFields {...shared} target={target} onChange={merge} />}
      {target.kind === "s3" && <S3Fields {...shared} target={target} onChange={merge} />}
      {target.kind === "postgresql" && (
        <PostgresqlFields {...shared} target={target} onChange={merge} />
      )}
    </>
  );
}
