import { NumberInput, Select, TextInput } from "@mantine/core";

import styles from "@/features/feeds/feeds.module.css";
import type { FormPart } from "@/features/feeds/formTypes";

const ACTIONS = [
  { value: "keep", label: "Keep it where it is" },
  { value: "move", label: "Move it to a folder" },
  { value: "rename", label: "Rename it" },
  { value: "delete", label: "Delete it there" },
] as const;

/** What happens on the server with a file that is in, and when a file counts as whole. */
export function AfterFields({ draft, errors, onChange }: FormPart) {
  const { after, source } = draft;
  if (source.kind === "https") {
    return <p className="muted">Files of the web stay where they are, and are there as a whole.</p>;
  }
  return (
    <div className={styles.fields}>
      <Select
        label="A file that has been imported"
        description="At its source. Rowmill keeps its own copy in any case."
        allowDeselect={false}
        data={[...ACTIONS]}
        value={after.action}
        error={errors["after.action"]}
        onChange={(value) => {
          const action = ACTIONS.find((one) => one.value === value)?.value ?? "keep";
          onChange({ after: { folder: "done", suffix: ".done", ...after, action } });
        }}
      />
      {after.action === "move" && (
        <TextInput
          label="Folder"
          description="Below the feed’s own; made when missing."
          value={after.folder ?? ""}
          error={errors["after.folder"]}
          onChange={(event) => onChange({ after: { ...after, folder: event.currentTarget.value } })}
        />
      )}
      {after.action === "rename" && (
        <TextInput
          label="Added to its name"
          value={after.suffix ?? ""}
          error={errors["after.suffix"]}
          onChange={(event) => onChange({ after: { ...after, suffix: event.currentTarget.value } })}
        />
      )}
      {source.kind !== "s3" && (
        <NumberInput
          label="Seconds a file must stay the same"
          description="Before it is fetched: half-written files are left alone."
          min={0}
          max={86_400}
          allowDecimal={false}
          value={draft.stableSeconds}
          error={errors.stable_seconds}
          onChange={(seconds) => onChange({ stableSeconds: Number(seconds) })}
        />
      )}
    </div>
  );
}
