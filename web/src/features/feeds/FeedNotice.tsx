import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { keys } from "@/api/queries";
import { ForEditors } from "@/components/ForEditors";
import { HealthNotice } from "@/components/HealthNotice";
import { LinkButton } from "@/components/links";
import { notifyError } from "@/components/notifyError";
import { trustHostKey, type Feed } from "@/features/feeds/feedQueries";
import styles from "@/features/feeds/feeds.module.css";

function TrustButton({ feed, fingerprint }: { feed: Feed; fingerprint: string }) {
  const queryClient = useQueryClient();
  const trusting = useMutation({
    mutationFn: () => trustHostKey(feed.id, fingerprint),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.feeds }),
    onError: notifyError,
  });
  return (
    <Button
      size="xs"
      color="red"
      loading={trusting.isPending}
      onClick={() => {
        trusting.mutate();
      }}
    >
      Trust the new key
    </Button>
  );
}

/** The key that is known beside the one that the server shows. */
function Keys({ known, shown }: { known: string | null; shown: string }) {
  return (
    <dl className={styles.keys}>
      {known !== null && (
        <div>
          <dt>Known</dt>
          <dd className="mono">{known}</dd>
        </div>
      )}
      <div>
        <dt>Shown now</dt>
        <dd className="mono">{shown}</dd>
      </div>
    </dl>
  );
}

/** Why a feed fails, with what can be done about it here. */
export function FeedNotice({ feed }: { feed: Feed }) {
  const { error } = feed;
  if (!error || feed.failing_since === null) return null;
  const shown = typeof error.shown_fingerprint === "string" ? error.shown_fingerprint : null;
  return (
    <HealthNotice
      title={shown === null ? "The last run failed" : "The server shows another host key"}
      message={error.message}
      since={feed.failing_since}
      failures={feed.failures}
      nextTryAt={feed.running ? null : feed.next_run_at}
      actions={
        <ForEditors>
          {shown !== null && <TrustButton feed={feed} fingerprint={shown} />}
          <LinkButton size="xs" variant="default" to="/feeds/$id/edit" params={{ id: feed.id }}>
            Look at the settings
          </LinkButton>
        </ForEditors>
      }
    >
      {shown !== null && <Keys known={feed.host_key_fingerprint} shown={shown} />}
    </HealthNotice>
  );
}
