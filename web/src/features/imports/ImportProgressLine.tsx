import type { Import } from "@/api/types";
import { ProgressBar } from "@/components/ProgressBar";
import { useLiveImport } from "@/features/imports/liveProgress";
import { describeImport, percentOf } from "@/features/imports/words";

/** An import under way: a bar, and below it what it is doing. */
export function ImportProgressLine({ run }: { run: Import }) {
  const live = useLiveImport(run);
  return (
    <div style={{ display: "grid", gap: 5, minWidth: 0 }}>
      <ProgressBar label={`Import of ${run.file.name}`} percent={percentOf(live)} />
      <span className="muted tabular truncate" style={{ fontSize: 12.5 }}>
        {describeImport(live)}
      </span>
    </div>
  );
}
