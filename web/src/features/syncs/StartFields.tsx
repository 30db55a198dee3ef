import { Checkbox, Radio, Stack } from "@mantine/core";

import type { SyncDraft } from "@/features/syncs/syncDraft";

interface Props {
  draft: SyncDraft;
  onChange: (part: Partial<SyncDraft>) => void;
}

/** What a new sync begins with. */
export function StartFields({ draft, onChange }: Props) {
  return (
    <>
      <Radio.Group
        label="The first delivery sends"
        value={draft.start}
        onChange={(start) => onChange({ start: start === "now" ? "now" : "all" })}
      >
        <Stack gap={8} mt={8}>
          <Radio value="all" label="all rows that are there, then what changes" />
          <Radio value="now" label="only what changes from now on" />
        </Stack>
      </Radio.Group>
      <Checkbox
        label="Make it paused, so that I can see first what it would send"
        checked={draft.paused}
        onChange={(event) => onChange({ paused: event.currentTarget.checked })}
      />
    </>
  );
}
