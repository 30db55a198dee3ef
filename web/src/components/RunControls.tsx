import { ActionIcon, Button, Menu, Tooltip } from "@mantine/core";
import { IconDots, IconPlayerPause, IconPlayerPlay, IconRefresh } from "@tabler/icons-react";
import type { ReactNode } from "react";

import styles from "@/components/health.module.css";

/** As much of a mutation as a button needs. */
export interface Action {
  isPending: boolean;
  mutate: () => void;
}

interface IconProps {
  label: string;
  action: Action;
  isOff?: boolean;
  children: ReactNode;
}

function IconAction({ label, action, isOff = false, children }: IconProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        size={34}
        aria-label={label}
        loading={action.isPending}
        disabled={isOff}
        onClick={() => action.mutate()}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

interface RowProps {
  name: string;
  isRunning: boolean;
  isPaused: boolean;
  run: Action;
  pause: Action;
}

/** What a list offers for each of its lines: run it now, pause it, let it go on. */
export function RowControls({ name, isRunning, isPaused, run, pause }: RowProps) {
  const Icon = isPaused ? IconPlayerPlay : IconPlayerPause;
  return (
    <div className={styles.rowControls}>
      <IconAction label={`Run ${name} now`} action={run} isOff={isRunning}>
        <IconRefresh size={17} stroke={1.7} />
      </IconAction>
      <IconAction label={`${isPaused ? "Resume" : "Pause"} ${name}`} action={pause}>
        <Icon size={17} stroke={1.7} />
      </IconAction>
    </div>
  );
}

export function RunButton({ run, isRunning = false }: { run: Action; isRunning?: boolean }) {
  return (
    <Button
      leftSection={<IconRefresh size={16} stroke={1.8} />}
      loading={run.isPending}
      disabled={isRunning}
      onClick={() => run.mutate()}
    >
      {isRunning ? "Running" : "Run now"}
    </Button>
  );
}

/** Pause, or resume where it is paused. */
export function PauseButton({ isPaused, pause }: { isPaused: boolean; pause: Action }) {
  const Icon = isPaused ? IconPlayerPlay : IconPlayerPause;
  return (
    <Button
      variant="default"
      leftSection={<Icon size={15} stroke={1.7} />}
      loading={pause.isPending}
      onClick={() => pause.mutate()}
    >
      {isPaused ? "Resume" : "Pause"}
    </Button>
  );
}

/** What is done more rarely. */
export function MoreMenu({ children }: { children: ReactNode }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size={36} variant="default" aria-label="More actions">
          <IconDots size={17} stroke={1.7} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}
