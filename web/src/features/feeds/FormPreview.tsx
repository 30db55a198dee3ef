import { IconEye } from "@tabler/icons-react";

import { Trial } from "@/components/Trial";
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
export function FormPreview({ trial: { data, error, isPending }, ...rest }: Props) {
  return (
    <Trial
      action="Preview"
      icon={<IconEye size={16} stroke={1.7} />}
      isPending={isPending}
      error={error}
      failure="There is no preview"
      isCurrent={rest.isCurrent}
      unmarked={rest.unmarked}
      onTry={rest.onPreview}
    >
      {data && <PreviewTable preview={data} />}
    </Trial>
  );
}
