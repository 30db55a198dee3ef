import { Select, TextInput } from "@mantine/core";

import type { AuditFilter } from "@/api/admin";
import { EVENT_SUBJECTS, eventWords } from "@/features/admin/kinds";
import { UserSelect, WorkspaceSelect } from "@/features/admin/NameSelects";

interface Props {
  filter: AuditFilter;
  onChange: (part: Partial<AuditFilter>) => void;
}

/** A kind that only an address asks for is offered beside the subjects. */
function kindOptions(kind: string | undefined) {
  if (kind === undefined || EVENT_SUBJECTS.some(({ value }) => value === kind)) {
    return EVENT_SUBJECTS;
  }
  return [...EVENT_SUBJECTS, { value: kind, label: eventWords(kind) }];
}

function DayInput({ label, value, onChange }: DayProps) {
  return (
    <TextInput
      label={label}
      type="date"
      value={value ?? ""}
      onChange={(event) => {
        onChange(event.currentTarget.value || undefined);
      }}
    />
  );
}

interface DayProps {
  label: string;
  value: string | undefined;
  onChange: (day: string | undefined) => void;
}

export function AuditFilters({ filter, onChange }: Props) {
  return (
    <>
      <UserSelect
        id={filter.user}
        onChange={(user) => {
          onChange({ user });
        }}
      />
      <WorkspaceSelect
        id={filter.workspace}
        onChange={(workspace) => {
          onChange({ workspace });
        }}
      />
      <Select
        label="About"
        placeholder="Everything"
        clearable
        data={kindOptions(filter.kind)}
        value={filter.kind ?? null}
        onChange={(kind) => {
          onChange({ kind: kind ?? undefined });
        }}
      />
      <DayInput
        label="From"
        value={filter.since}
        onChange={(since) => {
          onChange({ since });
        }}
      />
      <DayInput
        label="Until"
        value={filter.until}
        onChange={(until) => {
          onChange({ until });
        }}
      />
    </>
  );
}
