import { TextInput } from "@mantine/core";

import formStyles from "@/components/form.module.css";
import { FormFoot } from "@/components/FormFoot";
import { FormSection } from "@/components/FormSection";
import { KindChoice } from "@/components/KindChoice";
import { LeaveGuard } from "@/components/LeaveGuard";
import { SaveFailure } from "@/components/SaveFailure";
import { ScheduleField } from "@/components/ScheduleField";
import { AfterFields } from "@/features/feeds/AfterFields";
import { ConnectionTest } from "@/features/feeds/ConnectionTest";
import { otherErrors, type FeedDraft } from "@/features/feeds/feedDraft";
import type { Feed, FeedKind } from "@/features/feeds/feedQueries";
import { FormPreview } from "@/features/feeds/FormPreview";
import type { FormPart } from "@/features/feeds/formTypes";
import { RuleList } from "@/features/feeds/RuleList";
import { SourceFields } from "@/features/feeds/SourceFields";
import { useFeedForm, type Saving } from "@/features/feeds/useFeedForm";
import { KIND_WORDS, KINDS } from "@/features/feeds/words";

interface Props {
  initial: FeedDraft;
  feed: Feed | null;
  saving: Saving & { isPending: boolean };
  action: string;
  onSave: (draft: FeedDraft) => void;
  onCancel: () => void;
  onKind?: (kind: FeedKind) => void;
  /** Where somebody else saved first. */
  onTheirs?: () => void;
  onMine?: (draft: FeedDraft) => void;
}

/** The feed's name, and where its files are. The kind of a saved one stays. */
function SourceChoice({ onKind, ...part }: FormPart & { onKind: (kind: FeedKind) => void }) {
  const { draft, feed, errors, onChange } = part;
  return (
    <>
      <TextInput
        label="Name"
        placeholder="Shop deliveries"
        data-autofocus
        value={draft.name}
        error={errors.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      {!feed && (
        <KindChoice
          label="Kind of source"
          kinds={KINDS}
          words={KIND_WORDS}
          kind={draft.source.kind}
          onChange={onKind}
        />
      )}
      <SourceFields key={draft.source.kind} {...part} />
    </>
  );
}

/** All of a feed to type in, to try, and to save. */
export function FeedForm({ initial, feed, saving, action, onSave, onCancel, ...rest }: Props) {
  const form = useFeedForm(initial, feed, saving);
  const { draft, errors, test } = form;
  const others = otherErrors(errors);
  const choose = (kind: FeedKind) => {
    form.chooseKind(kind);
    rest.onKind?.(kind);
  };
  const part = { draft, feed, errors, onChange: form.change };
  return (
    <form
      className={formStyles.form}
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
        <SourceChoice {...part} onKind={choose} />
        <ConnectionTest
          answer={test.data}
          error={test.error}
          isPending={test.isPending}
          isCurrent={form.isTestCurrent}
          unmarked={others}
          onTest={() => form.tryConnection()}
          onTrust={form.tryConnection}
        />
      </FormSection>
      <FormSection title="Rules" hint="Which files go where. The first rule that fits counts.">
        <RuleList {...part} sent={form.sent} />
        <FormPreview
          trial={form.trial}
          isCurrent={form.isTrialCurrent}
          unmarked={others}
          onPreview={form.preview}
        />
      </FormSection>
      <FormSection title="Schedule" hint="When it looks for new files.">
        <ScheduleField
          lead={feed ? "Next run" : "First run"}
          value={draft.schedule}
          errors={errors}
          onChange={(schedule) => form.change({ schedule })}
        />
      </FormSection>
      <FormSection title="Afterwards" hint="What becomes of the files at their source.">
        <AfterFields {...part} />
      </FormSection>
      <SaveFailure
        error={saving.error}
        isMarked={Object.keys(errors).length > 0}
        others={others}
        onTheirs={rest.onTheirs}
        onMine={() => rest.onMine?.(draft)}
      />
      <FormFoot action={action} isPending={saving.isPending} onCancel={onCancel} />
    </form>
  );
}
