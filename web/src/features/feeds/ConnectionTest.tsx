import { Alert, Button } from "@mantine/core";
import { IconCircleCheck, IconPlugConnected, IconPlugConnectedX } from "@tabler/icons-react";

import styles from "@/components/form.module.css";
import { Trial } from "@/components/Trial";
import type { FeedTest } from "@/features/feeds/feedQueries";
import { countOf, formatBytes } from "@/lib/format";

interface Props {
  answer: FeedTest | undefined;
  /** That there was no answer at all, or that what was sent makes no connection. */
  error: Error | null;
  isPending: boolean;
  /** Whether the settings are still those that were tried. */
  isCurrent: boolean;
  /** Messages that stand at no field. */
  unmarked: readonly string[];
  onTest: () => void;
  onTrust: (hostKey: string) => void;
}

/** Seconds as people say them: one decimal is enough. */
const secondsOf = ({ seconds }: FeedTest) => `${seconds.toFixed(1)} s`;

function Works({ answer }: { answer: FeedTest }) {
  const { files, more, host_key_fingerprint: fingerprint } = answer;
  const count = more ? `More than ${files.length} files` : countOf(files.length, "file");
  return (
    <Alert
      color="spruce"
      variant="light"
      role="status"
      icon={<IconCircleCheck size={18} stroke={1.7} />}
      title={`Connected in ${secondsOf(answer)}`}
    >
      <p className={styles.line}>
        {count} there
        {files.length > 0 && ", such as "}
        {files.slice(0, 3).map(({ path, size_bytes: size }, index) => (
          <span key={path}>
            {index > 0 && ", "}
            <span className="mono">{path}</span>
            {size !== null && ` (${formatBytes(size)})`}
          </span>
        ))}
      </p>
      {fingerprint != null && (
        <p className={styles.line}>
          Host key <span className="mono">{fingerprint}</span>. Compare it with what the server’s
          administrator names: from now on, only this key is accepted.
        </p>
      )}
    </Alert>
  );
}

function Fails({ answer, onTrust }: { answer: FeedTest; onTrust: (hostKey: string) => void }) {
  const { error } = answer;
  const shown = typeof error?.shown_host_key === "string" ? error.shown_host_key : null;
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      icon={<IconPlugConnectedX size={18} stroke={1.7} />}
      title="This does not work yet"
    >
      <p className={styles.line}>{error?.message}</p>
      {shown !== null && (
        <Button size="xs" color="red" mt={8} onClick={() => onTrust(shown)}>
          Trust the new key
        </Button>
      )}
    </Alert>
  );
}

/** Tries the connection as it is typed, and says what is wrong with it. */
export function ConnectionTest({ answer, onTest, onTrust, ...rest }: Props) {
  return (
    <Trial
      {...rest}
      action="Test connection"
      icon={<IconPlugConnected size={16} stroke={1.7} />}
      failure="This cannot be tried yet"
      onTry={onTest}
    >
      {answer &&
        (answer.ok ? <Works answer={answer} /> : <Fails answer={answer} onTrust={onTrust} />)}
    </Trial>
  );
}
