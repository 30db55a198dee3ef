import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { ApiError } from "@/api/problem";
import type { Sync } from "@/api/types";
import { connectionOf, trialOf, type Messages, type SyncDraft } from "@/features/syncs/syncDraft";
import { testConnection, trySync } from "@/features/syncs/syncQueries";

/** What is known of an attempt to save. */
export interface Saving {
  error: Error | null;
  isPending: boolean;
  submittedAt: number;
}

/** What was tried, without the key: that is taken from the answer. */
const connected = ({ target, secrets }: SyncDraft) =>
  JSON.stringify({ target: { ...target, host_key: null }, secrets });

/** What decides what would be sent. */
const sent = ({ source, target, fields, changes, start }: SyncDraft) =>
  JSON.stringify({ source, target, fields, changes, start });

/** A sync while it is typed, with the attempts to connect, to preview and to save it. */
export function useSyncForm(sync: Sync | null, initial: SyncDraft, saving: Saving) {
  const [draft, setDraft] = useState(initial);
  const test = useMutation({
    mutationFn: (tried: SyncDraft) => testConnection(connectionOf(tried, sync)),
    onSuccess: ({ ok, host_key: key }, tried) => {
      if (!ok || key == null) return;
      setDraft((now) => {
        const { target } = now;
        const isSame = connected(now) === connected(tried);
        if (!isSame || target.kind !== "sftp" || target.host_key !== null) return now;
        return { ...now, target: { ...target, host_key: key } };
      });
    },
  });
  const trial = useMutation({ mutationFn: (tried: SyncDraft) => trySync(trialOf(tried, sync)) });
  // Messages are those of the last attempt, whichever it was: those before are about other fields.
  const [last] = [saving, test, trial].sort((one, other) => other.submittedAt - one.submittedAt);
  const errors: Messages = last?.error instanceof ApiError ? last.error.fields : {};
  return {
    draft,
    errors,
    test: { ...test, error: last === test ? test.error : null },
    trial: { ...trial, error: last === trial ? trial.error : null },
    isTestCurrent: test.variables !== undefined && connected(test.variables) === connected(draft),
    isTrialCurrent: trial.variables !== undefined && sent(trial.variables) === sent(draft),
    trust: (hostKey: string) => {
      if (draft.target.kind !== "sftp") return;
      const trusting = { ...draft, target: { ...draft.target, host_key: hostKey } };
      setDraft(trusting);
      test.mutate(trusting);
    },
    change: (part: Partial<SyncDraft>) => setDraft((now) => ({ ...now, ...part })),
  };
}
