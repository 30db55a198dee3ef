import { Button, CloseButton } from "@mantine/core";

import chips from "@/components/chips.module.css";
import {
  clearPicks,
  FIELD_WORDS,
  FIELDS,
  isNarrowed,
  togglePick,
  type DashboardSearch,
} from "@/features/dashboard/dashboardSearch";
import { rangeWords } from "@/features/dashboard/presets";

interface Props {
  search: DashboardSearch;
  onSearch: (search: DashboardSearch) => void;
}

function Pill({ label, words, onRemove }: { label: string; words: string; onRemove: () => void }) {
  return (
    <li className={chips.chip}>
      <span className="truncate">
        <span className={chips.column}>{label}</span> {words}
      </span>
      <CloseButton size="xs" aria-label={`Remove filter ${label} ${words}`} onClick={onRemove} />
    </li>
  );
}

/** What the figures are narrowed to, each part removable. */
export function ActiveFilters({ search, onSearch }: Props) {
  if (!isNarrowed(search)) return null;
  const { date_from: from, date_to: to } = search;
  return (
    <ul className={chips.chips} aria-label="Active filters">
      {(from !== undefined || to !== undefined) && (
        <Pill
          label="Date"
          words={rangeWords({ from, to }, [])}
          onRemove={() => onSearch({ ...search, date_from: undefined, date_to: undefined })}
        />
      )}
      {FIELDS.flatMap((field) =>
        (search[field] ?? []).map((value) => (
          <Pill
            key={`${field}-${value}`}
            label={FIELD_WORDS[field]}
            words={value}
            onRemove={() => onSearch(togglePick(search, field, value))}
          />
        )),
      )}
      <li>
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          onClick={() => onSearch(clearPicks(search))}
        >
          Clear all
        </Button>
      </li>
    </ul>
  );
}
