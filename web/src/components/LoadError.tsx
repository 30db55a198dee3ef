import { Button } from "@mantine/core";
import { useWindowEvent } from "@mantine/hooks";
import {
  IconAlertTriangle,
  IconClockPause,
  IconDatabaseOff,
  IconFileAlert,
  IconHourglass,
  IconLock,
  IconLogin2,
  IconMapSearch,
  IconPlugConnectedX,
} from "@tabler/icons-react";
import { useRouterState } from "@tanstack/react-router";

import { describeFailure, type FailureKind } from "@/components/failures";
import { LinkButton } from "@/components/links";
import { Reference } from "@/components/Reference";
import { StateMessage } from "@/components/StateMessage";
import styles from "@/components/states.module.css";
import { useCountdown } from "@/components/useCountdown";
import { countOf } from "@/lib/format";

const ICONS: Record<FailureKind, typeof IconLock> = {
  offline: IconPlugConnectedX,
  signedOut: IconLogin2,
  forbidden: IconLock,
  missing: IconMapSearch,
  tooLarge: IconFileAlert,
  tooMany: IconHourglass,
  busy: IconClockPause,
  full: IconDatabaseOff,
  broken: IconAlertTriangle,
  refused: IconAlertTriangle,
};

/** What trying again cannot mend. */
const FINAL: ReadonlySet<FailureKind> = new Set(["signedOut", "forbidden", "missing"]);

interface Props {
  error: unknown;
  /** Instead of the failure's own title. */
  title?: string;
  onRetry?: () => void;
  /** 1 for a page that could not load, 2 for a part of one that did. */
  level?: 1 | 2;
}

function SignIn() {
  const href = useRouterState({ select: ({ location }) => location.href });
  return (
    <LinkButton to="/login" search={{ return: href }}>
      Sign in
    </LinkButton>
  );
}

/** The button, and when the attempt happens without it. */
function Retry({ seconds, onRetry }: { seconds: number | null; onRetry: () => void }) {
  const left = useCountdown(seconds, onRetry);
  useWindowEvent("online", onRetry);
  return (
    <>
      <Button variant="default" onClick={onRetry}>
        {seconds === null ? "Try again" : "Try again now"}
      </Button>
      {left !== null && (
        <p className={styles.countdown} role="timer">
          {left > 0 ? `Trying again in ${countOf(left, "second")}` : "Trying again…"}
        </p>
      )}
    </>
  );
}

/** Says what failed, why and what to do, with the reference that finds it in the server's log. */
export function LoadError({ error, title, onRetry, level = 2 }: Props) {
  const words = describeFailure(error);
  const Icon = ICONS[words.kind];
  const canRetry = onRetry !== undefined && !FINAL.has(words.kind);
  return (
    <div role="alert" className={level === 1 ? styles.whole : undefined} data-failure={words.kind}>
      <StateMessage
        level={level}
        icon={<Icon size={22} stroke={1.6} />}
        title={words.kind === "refused" ? (title ?? words.title) : words.title}
        actions={
          <>
            {words.kind === "signedOut" && <SignIn />}
            {/* Every failure is a new one: its countdown begins anew. */}
            {canRetry && <Retry key={retryKey(error)} seconds={words.retryIn} onRetry={onRetry} />}
            {level === 1 && FINAL.has(words.kind) && (
              <LinkButton to="/" variant="default">
                To the datasets
              </LinkButton>
            )}
          </>
        }
      >
        <p>{words.happened}</p>
        {words.advice !== null && <p>{words.advice}</p>}
        {words.reference !== null && <Reference id={words.reference} />}
      </StateMessage>
    </div>
  );
}

const numbers = new WeakMap<object, number>();
let last = 0;

/** A number for each error object, the same for the same one. */
function retryKey(error: unknown): number {
  if (typeof error !== "object" || error === null) return 0;
  const known = numbers.get(error);
  if (known !== undefined) return known;
  last += 1;
  numbers.set(error, last);
  return last;
}
