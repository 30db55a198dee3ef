import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";

import styles from "@/components/code.module.css";

interface Props {
  code: string;
  /** What the code is, for the copy button. */
  label: string;
}

/** Lines to take into a terminal or a program. */
export function CodeBlock({ code, label }: Props) {
  return (
    <div className={styles.block}>
      {/* A wide line scrolls sideways, so the block must be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={styles.code} tabIndex={0} aria-label={label}>
        <code>{code}</code>
      </pre>
      <CopyButton value={code} timeout={1600}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? "Copied" : "Copy"}>
            <ActionIcon className={styles.copy} aria-label={`Copy ${label}`} onClick={copy}>
              {copied ? <IconCheck size={16} /> : <IconCopy size={16} stroke={1.7} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </div>
  );
}
