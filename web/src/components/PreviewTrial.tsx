import { IconEye } from "@tabler/icons-react";
import type { ReactNode } from "react";

import { Trial } from "@/components/Trial";

interface Props {
  trial: { error: Error | null; isPending: boolean };
  /** Whether it is about the settings as they are typed now. */
  isCurrent: boolean;
  /** Messages that stand at no field. */
  unmarked: readonly string[];
  onPreview: () => void;
  /** What came of it. */
  children: ReactNode;
}

/** Shows what would happen if what is typed were saved. */
export function PreviewTrial({ trial: { error, isPending }, onPreview, ...rest }: Props) {
  return (
    <Trial
      action="Preview"
      icon={<IconEye size={16} stroke={1.7} />}
      isPending={isPending}
      error={error}
      failure="There is no preview"
      onTry={onPreview}
      {...rest}
    />
  );
}
