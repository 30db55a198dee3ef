import type { SyncTarget } from "@/api/types";
import { KindChoice } from "@/components/KindChoice";
import { HttpFields } from "@/features/syncs/HttpFields";
import { PostgresqlFields } from "@/features/syncs/PostgresqlFields";
import { S3Fields } from "@/features/syncs/S3Fields";
import { SftpFields } from "@/features/syncs/SftpFields";
import { destinationErrors } from "@/features/syncs/syncErrors";
import { emptyTarget, type Messages, type SyncDraft } from "@/features/syncs/syncDraft";
import { KIND_WORDS, type TargetKind } from "@/features/syncs/words";

interface Props {
  draft: SyncDraft;
  secretsSet: Readonly<Record<string, boolean>>;
  isKindFixed: boolean;
  /** Whether secrets that are set stay behind, because they were entered for another place. */
  hasLostSecrets: boolean;
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
  /** By their names; what is undefined stays as it is. */
  onSecrets: (part: SyncDraft["secrets"]) => void;
}

const KINDS: readonly TargetKind[] = ["http", "sftp", "s3", "postgresql"];

function secretMessages(errors: Messages): Messages {
  const pairs = Object.entries(errors).filter(([field]) => field.startsWith("secrets."));
  return Object.fromEntries(pairs.map(([field, words]) => [field.slice("secrets.".length), words]));
}

/** The destination's fields and secrets, of whichever kind it is. */
export function DestinationFields({ draft, secretsSet, errors, onChange, ...rest }: Props) {
  const { target, secrets } = draft;
  const shared = {
    secretsSet,
    secrets,
    errors: destinationErrors(errors),
    secretErrors: secretMessages(errors),
    onSecrets: (part: SyncDraft["secrets"]) => onChange({ secrets: { ...secrets, ...part } }),
  };
  const merge = (part: object) => onChange({ target: { ...target, ...part } });
  return (
    <>
      {!rest.isKindFixed && (
        <KindChoice
          label="Kind of destination"
          kinds={KINDS}
          words={KIND_WORDS}
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
      {rest.hasLostSecrets && (
        <p className="muted">
          This is another place than before. What was entered for that one is not sent here: enter
          passwords, keys and secret headers again.
        </p>
      )}
    </>
  );
}
