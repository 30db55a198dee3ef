import { Button, TextInput } from "@mantine/core";
import type { ReactElement } from "react";

import { LeaveGuard } from "@/components/LeaveGuard";
import { ScheduleField } from "@/components/ScheduleField";
import { AfterFields } from "@/features/feeds/AfterFields";
import { ConnectionTest } from "@/features/feeds/ConnectionTest";
import type { FeedDraft } from "@/features/feeds/feedDraft";
import type { Feed, FeedKind } from "@/features/feeds/feedQueries";
import styles from "@/features/feeds/feeds.module.css";
import { FormPreview } from "@/features/feeds/FormPreview";
import { FormSection } from "@/features/feeds/FormSection";
import { KindChoice } from "@/features/feeds/KindChoice";
import { RuleList } from "@/features/feeds/RuleList";
import { SaveFailure } from "@/features/feeds/SaveFailure";
import { SourceFields } from "@/features/feeds/SourceFields";
import { useFeedForm, type Saving } from "@/features/feeds/useFeedForm";

interface Props {
  initial: FeedDraft;
  feed: Feed | null;
  saving: Saving & { isPending: boolean };
  action: string;
  onSave: (draft: FeedDraft) => void;
  onCancel: () => void;
  onKind?: (kind: FeedKind) => void;
  /** Instead of the usual words about why it could not be saved. */
  failure?: (draft: FeedDraft) => ReactElement | null;
}

/** All of a feed to type in, to try, and to save. */
export function FeedForm({ initial, feed, saving, action, onSave, onCancel, ...rest }: Props) {
  const form = useFeedForm(initial, feed, saving);
  const { draft, errors, test } = form;
  const failure = rest.failure?.(draft);
  const part = { draft, feed, errors, onChange: form.change };
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        form.note();
        onSave(draft);
      }}
    >
      <LeaveGuard isChanged={form.isChanged && !saving.isPending}>
        What you typed into this feed would be lost.
      </LeaveGuard>
      <FormSection title="Source" hint="Where the files are, and how to get at them.">
        <TextInput
          label="Name"
          placeholder="Shop deliveries"
          data-autofocus
          value={draft.name}
          error={errors.name}
          onChange={(event) => form.change({ name: event.currentTarget.value })}
        />
        {!feed && (
          <KindChoice
            kind={draft.source.kind}
            onChange={(kind) => {
              form.chooseKind(kind);
              rest.onKind?.(kind);
            }}
          />
        )}
        <SourceFields key={draft.source.kind} {...part} />
        <ConnectionTest
          answer={test.data}
          error={test.error}
          isPending={test.isPending}
          isCurrent={form.isTestCurrent}
          onTest={() => form.tryConnection()}
          onTrust={form.tryConnection}
        />
      </FormSection>
      <FormSection title="Rules" hint="Which files go where. The first rule that fits counts.">
        <RuleList {...part} sent={form.sent} />
        <FormPreview trial={form.trial} onPreview={form.preview} />
      </FormSection>
      <FormSection title="Schedule" hint="When it looks for new files.">
        <ScheduleField
          value={draft.schedule}
          errors={errors}
          onChange={(schedule) => form.change({ schedule })}
        />
      </FormSection>
      <FormSection title="Afterwards" hint="What becomes of the files at their source.">
        <AfterFields {...part} />
      </FormSection>
      {failure ?? <SaveFailure error={saving.error} errors={errors} />}
      <div className={styles.formFoot}>
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" loading={saving.isPending}>
          {action}
        </Button>
      </div>
    </form>
  );
}
