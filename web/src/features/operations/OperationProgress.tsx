import type { Operation } from "@/api/types";
import { ProgressBar } from "@/components/ProgressBar";
import { useLiveOperation } from "@/features/operations/liveOperations";
import { describeProgress, KIND_WORDS, percentOf } from "@/features/operations/words";

/** An operation under way: a bar, and below it what it is doing. */
export function OperationProgress({ operation }: { operation: Operation }) {
  const live = useLiveOperation(operation);
  return (
    <div style={{ display: "grid", gap: 5, minWidth: 0 }}>
      <ProgressBar label={KIND_WORDS[operation.operation].word} percent={percentOf(live)} />
      <span className="muted tabular truncate" style={{ fontSize: 12.5 }}>
        {describeProgress(live)}
      </span>
    </div>
  );
}
