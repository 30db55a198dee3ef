import { PreviewTrial } from "@/components/PreviewTrial";
import { PreviewView } from "@/features/syncs/PreviewView";
import type { SyncDraft } from "@/features/syncs/syncDraft";
import type { SyncPreview } from "@/features/syncs/syncQueries";

interface Props {
  draft: SyncDraft;
  trial: { data: SyncPreview | undefined; error: Error | null; isPending: boolean };
  /** Whether it is about the settings as they are typed now. */
  isCurrent: boolean;
  /** Messages that stand at no field. */
  unmarked: readonly string[];
  onPreview: () => void;
}

/** Why nothing would go. */
function nothingWords({ version }: SyncPreview, { start }: SyncDraft): string {
  if (version === null) return "The dataset has no data yet. What comes into it will be sent.";
  return start === "now"
    ? "Nothing at first: only what changes from now on."
    : "Nothing: there are no changes of these kinds.";
}

/** What the sync would send if it were saved as it is typed. The destination is not contacted. */
export function FormPreview({ draft, ...trial }: Props) {
  const { data } = trial.trial;
  return (
    <PreviewTrial {...trial}>
      {data && (
        <PreviewView
          preview={data}
          changes={draft.changes}
          nothing={<p className="muted">{nothingWords(data, draft)}</p>}
        />
      )}
    </PreviewTrial>
  );
}
