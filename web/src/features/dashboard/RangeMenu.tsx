import { Button, Popover, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCalendar, IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";

import styles from "@/features/dashboard/dashboard.module.css";
import { presetsFor, rangeWords, type DayRange } from "@/features/dashboard/presets";

interface Props {
  range: DayRange;
  /** First and last day of the data; null while there is none. */
  span: { from: string; to: string } | null;
  onChange: (range: DayRange) => void;
}

interface OwnProps extends Props {
  onDone: () => void;
}

function OwnRange({ range, span, onChange, onDone }: OwnProps) {
  const [from, setFrom] = useState(range.from ?? span?.from ?? "");
  const [to, setTo] = useState(range.to ?? span?.to ?? "");
  const isWrong = from !== "" && to !== "" && from > to;
  return (
    <form
      className={styles.ownRange}
      onSubmit={(event) => {
        event.preventDefault();
        onChange({ from: from || undefined, to: to || undefined });
        onDone();
      }}
    >
      <TextInput
        type="date"
        size="xs"
        label="From"
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <TextInput
        type="date"
        size="xs"
        label="To"
        value={to}
        error={isWrong ? "Ends before it begins" : null}
        onChange={(event) => setTo(event.currentTarget.value)}
      />
      <Button type="submit" size="xs" disabled={isWrong}>
        Show these days
      </Button>
    </form>
  );
}

/** The range of time: one that is usual, or days of one's own. */
export function RangeMenu({ range, span, onChange }: Props) {
  const [opened, menu] = useDisclosure(false);
  const presets = presetsFor(span?.to ?? new Date().toISOString().slice(0, 10));
  const words = rangeWords(range, presets);
  return (
    <Popover
      opened={opened}
      onChange={(next) => (next ? menu.open() : menu.close())}
      position="bottom-start"
      shadow="md"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Button
          variant="default"
          size="xs"
          aria-label={`Range of time: ${words}`}
          leftSection={<IconCalendar size={15} stroke={1.7} />}
          rightSection={<IconChevronDown size={14} stroke={1.7} />}
          onClick={menu.toggle}
        >
          {words}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={styles.rangeMenu} aria-label="Range of time">
        <div className={styles.presets}>
          {presets.map(({ label, from, to }) => (
            <Button
              key={label}
              size="compact-sm"
              variant={label === words ? "light" : "subtle"}
              color={label === words ? "spruce" : "gray"}
              justify="start"
              aria-pressed={label === words}
              onClick={() => {
                onChange({ from, to });
                menu.close();
              }}
            >
              {label}
            </Button>
          ))}
        </div>
        <OwnRange range={range} span={span} onChange={onChange} onDone={menu.close} />
      </Popover.Dropdown>
    </Popover>
  );
}
