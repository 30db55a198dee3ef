import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";

import styles from "@/components/states.module.css";

/** The id by which the server's log knows a request, to hand to whoever reads that log. */
export function Reference({ id }: { id: string }) {
  return (
    <p className={styles.reference}>
      Reference <span className="mono">{id}</span>
      <CopyButton value={id} timeout={1600}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? "Copied" : "Copy"}>
            <ActionIcon size={24} aria-label="Copy reference" onClick={copy}>
              {copied ? <IconCheck size={14} /> : <IconCopy size={14} stroke={1.7} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </p>
  );
}
