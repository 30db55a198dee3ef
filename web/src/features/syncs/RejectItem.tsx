import { Button, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { toMessage } from "@/api/problem";
import { keys } from "@/api/queries";
import type { SyncReject } from "@/api/types";
import { LogItem } from "@/components/LogItem";
import { notifyError } from "@/components/notifyError";
import { TimeAgo } from "@/components/TimeAgo";
import { useCanEdit } from "@/components/useCanEdit";
import { AnswerView } from "@/features/syncs/AnswerView";
import { parseRecord, recordText } from "@/features/syncs/recordText";
import { discardReject, resendReject } from "@/features/syncs/syncQueries";
import styles from "@/features/syncs/syncs.module.css";
import { identityWords, rejectLook } from "@/features/syncs/words";

/** A longer record scrolls. */
const MOST_LINES = 20;

interface Props {
  syncId: string;
  reject: SyncReject;
}

/** Resend and discard; either may find that the record was closed meanwhile. */
function useRejectActions({ syncId, reject }: Props) {
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: keys.syncs });
  const resend = useMutation({
    mutationFn: (record: Record<string, unknown>) =>
      resendReject(syncId, { rejectId: reject.id, record }),
    onSettled: refresh,
  });
  const discard = useMutation({
    mutationFn: () => discardReject(syncId, reject.id),
    onSettled: refresh,
    onError: notifyError,
  });
  return { resend, discard };
}

/** The record as JSON, to be mended and sent again. */
function MendForm(props: Props) {
  const { reject } = props;
  const [text, setText] = useState(() => recordText(reject.record));
  const [problem, setProblem] = useState<string | null>(null);
  const { resend, discard } = useRejectActions(props);
  return (
    <form
      className={styles.mend}
      onSubmit={(event) => {
        event.preventDefault();
        const read = parseRecord(text);
        setProblem(read.problem);
        if (read.record) resend.mutate(read.record);
      }}
    >
      <Textarea
        label="Record"
        description="Mend what the destination does not take."
        classNames={{ input: "mono" }}
        rows={Math.min(MOST_LINES, Math.max(4, text.split("\n").length))}
        spellCheck={false}
        value={text}
        error={problem ?? (resend.error ? toMessage(resend.error) : undefined)}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div className={styles.rowButtons}>
        <Button type="submit" size="xs" loading={resend.isPending}>
          Resend
        </Button>
        <Button
          size="xs"
          variant="default"
          loading={discard.isPending}
          onClick={() => discard.mutate()}
        >
          Discard
        </Button>
      </div>
    </form>
  );
}

/** A refused record, with the answer to it. */
export function RejectItem({ syncId, reject }: Props) {
  const canEdit = useCanEdit();
  const isOpen = reject.status === "open";
  return (
    <LogItem
      look={rejectLook(reject)}
      title={identityWords(reject.identity)}
      note={reject.answer?.message}
      aside={<TimeAgo at={reject.created_at} />}
      isOpen={isOpen}
    >
      <AnswerView answer={reject.answer} />
      {isOpen && canEdit ? (
        <MendForm syncId={syncId} reject={reject} />
      ) : (
        <pre className={styles.answer}>{recordText(reject.record)}</pre>
      )}
    </LogItem>
  );
}
