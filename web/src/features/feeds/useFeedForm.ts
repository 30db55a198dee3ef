import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { ApiError } from "@/api/problem";
import {
  connectionOf,
  errorsOf,
  saidRules,
  trialOf,
  withKind,
  type FeedDraft,
} from "@/features/feeds/feedDraft";
import { testFeed, tryFeed, type Feed, type FeedKind } from "@/features/feeds/feedQueries";

/** What is known of an attempt to save. */
export interface Saving {
  error: Error | null;
  submittedAt: number;
}

/** What was tried, without the key: that is taken from the answer. */
function trace(draft: FeedDraft): string {
  return JSON.stringify({ source: draft.source, secrets: draft.secrets });
}

/** What decides what would be taken. */
function taken(draft: FeedDraft): string {
  const { rules, ignore, after } = draft;
  return trace(draft) + JSON.stringify({ rules, ignore, after });
}

/** A feed while it is typed, with the attempts to connect, to preview and to save it. */
export function useFeedForm(initial: FeedDraft, feed: Feed | null, saving: Saving) {
  const [draft, setDraft] = useState(initial);
  const [sent, setSent] = useState<readonly number[]>([]);
  const test = useMutation({
    mutationFn: (tried: FeedDraft) => testFeed(connectionOf(tried, feed)),
    onSuccess: (answer, tried) => {
      const { host_key: hostKey, ok } = answer;
      if (!ok || !hostKey || tried.hostKey !== "") return;
      setDraft((now) => (trace(now) === trace(tried) ? { ...now, hostKey } : now));
    },
  });
  const trial = useMutation({ mutationFn: (tried: FeedDraft) => tryFeed(trialOf(tried, feed)) });
  // Messages are those of the last attempt, whichever it was: those before are about other fields.
  const [last] = [saving, test, trial].sort((one, other) => other.submittedAt - one.submittedAt);
  const errors = last?.error instanceof ApiError ? errorsOf(last.error.fields) : {};
  const note = () => setSent(saidRules(draft).map(({ id }) => id));
  return {
    draft,
    errors,
    sent,
    test: { ...test, error: last === test ? test.error : null },
    trial: { ...trial, error: last === trial ? trial.error : null },
    isChanged: draft !== initial,
    isTrialCurrent: trial.variables !== undefined && taken(trial.variables) === taken(draft),
    isTestCurrent: test.variables !== undefined && trace(test.variables) === trace(draft),
    change: (part: Partial<FeedDraft>) => setDraft((now) => ({ ...now, ...part })),
    chooseKind: (kind: FeedKind) => setDraft((now) => withKind(now, kind)),
    note,
    tryConnection: (hostKey?: string) => {
      note();
      const tried = hostKey === undefined ? draft : { ...draft, hostKey };
      setDraft(tried);
      test.mutate(tried);
    },
    preview: () => {
      note();
      trial.mutate(draft);
    },
  };
}
