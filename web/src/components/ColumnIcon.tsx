import {
  IconCalendar,
  IconCalendarTime,
  IconHash,
  IconLetterT,
  IconToggleLeft,
} from "@tabler/icons-react";

import type { TypeFamily } from "@/lib/columnTypes";

const ICONS = {
  text: IconLetterT,
  number: IconHash,
  boolean: IconToggleLeft,
  date: IconCalendar,
  time: IconCalendarTime,
} as const;

export function ColumnIcon({ family }: { family: TypeFamily }) {
  const Icon = ICONS[family];
  return <Icon size={14} stroke={1.7} aria-hidden style={{ flex: "none", opacity: 0.7 }} />;
}
