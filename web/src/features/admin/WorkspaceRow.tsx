import { ActionIcon, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDots, IconGauge, IconHistory, IconListCheck } from "@tabler/icons-react";

import type { ManagedWorkspace } from "@/api/types";
import { LinkMenuItem } from "@/components/links";
import styles from "@/features/admin/admin.module.css";
import { QuotasDialog } from "@/features/admin/QuotasDialog";
import { UsageBar } from "@/features/admin/UsageBar";
import { formatBytes, formatInteger } from "@/lib/format";

const ICON = { size: 15, stroke: 1.7 };

function WorkspaceMenu({ workspace }: { workspace: ManagedWorkspace }) {
  const [isSetting, setting] = useDisclosure(false);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label={`Actions for ${workspace.name}`}>
            <IconDots size={17} stroke={1.7} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconGauge {...ICON} />} onClick={setting.open}>
            Set quotas…
          </Menu.Item>
          <LinkMenuItem
            to="/admin/jobs"
            search={{ workspace: workspace.id }}
            leftSection={<IconListCheck {...ICON} />}
          >
            Its jobs
          </LinkMenuItem>
          <LinkMenuItem
            to="/admin/audit"
            search={{ workspace: workspace.id }}
            leftSection={<IconHistory {...ICON} />}
          >
            Its log
          </LinkMenuItem>
        </Menu.Dropdown>
      </Menu>
      <QuotasDialog workspace={workspace} opened={isSetting} onClose={setting.close} />
    </>
  );
}

function History({ bytes }: { bytes: number }) {
  if (bytes === 0) return null;
  return <small className={styles.sub}>and {formatBytes(bytes)} of history</small>;
}

export function WorkspaceRow({ workspace }: { workspace: ManagedWorkspace }) {
  const { name, owner, usage, quotas } = workspace;
  return (
    <tr>
      <td className={styles.main}>
        <span className="truncate">{name}</span>
        {owner !== null && owner !== name && <small className={styles.sub}>of {owner}</small>}
      </td>
      <td className={styles.wide} data-label="storage">
        <UsageBar
          label={`Storage of ${name}`}
          used={usage.storage_bytes}
          limit={quotas.storage_bytes}
          format={formatBytes}
        />
        <History bytes={usage.history_bytes} />
      </td>
      <td className={styles.wide} data-label="rows">
        <UsageBar
          label={`Rows of ${name}`}
          used={usage.rows}
          limit={quotas.rows}
          format={formatInteger}
        />
      </td>
      <td data-label="jobs">
        {usage.running_jobs} of {quotas.running_jobs}
        {usage.waiting_jobs > 0 && (
          <small className={styles.sub}>{formatInteger(usage.waiting_jobs)} waiting</small>
        )}
      </td>
      <td data-label="datasets">{formatInteger(usage.datasets)}</td>
      <td className={styles.actions}>
        <WorkspaceMenu workspace={workspace} />
      </td>
    </tr>
  );
}
