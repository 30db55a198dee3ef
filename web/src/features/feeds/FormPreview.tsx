import { PreviewTrial } from "@/components/PreviewTrial";
import type { FeedPreview } from "@/features/feeds/feedQueries";
import { PreviewTable } from "@/features/feeds/PreviewTable";

interface Props {
  trial: { data: FeedPreview | undefined; error: Error | null; isPending: boolean };
  /** Whether it is about the settings as they are typed now. */
  isCurrent: boolean;
  /** Messages that stand at no field. */
  unmarked: readonly string[];
  onPreview: () => void;
}

/** What a run would take if the feed were saved as it is typed. */
export function FormPreview(props: Props) {
  const { data } = props.trial;
  return <PreviewTrial {...props}>{data && <PreviewTable preview={data} />}</PreviewTrial>;
}
