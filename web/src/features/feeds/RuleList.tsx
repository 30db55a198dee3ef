import { Button, TagsInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useRef } from "react";

import { newRule, ruleErrors, type RuleDraft } from "@/features/feeds/feedDraft";
import styles from "@/features/feeds/feeds.module.css";
import type { FormPart } from "@/features/feeds/formTypes";
import { RuleRow } from "@/features/feeds/RuleRow";

interface Props extends FormPart {
  /** The ids of the rules that the messages are about, in the order in which they were sent. */
  sent: readonly number[];
}

/** The rules with the one at `from` moved to `to`. */
export function moved<T>(rules: readonly T[], from: number, to: number): T[] {
  const others = rules.filter((_, index) => index !== from);
  return [...others.slice(0, to), ...rules.slice(from, from + 1), ...others.slice(to)];
}

/** Which files go where. */
export function RuleList({ draft, errors, onChange, sent }: Props) {
  const { rules } = draft;
  const messages = ruleErrors(errors, sent);
  const list = useRef<HTMLDivElement>(null);
  const setRules = (next: readonly RuleDraft[]) => onChange({ rules: next });
  const focusLast = () => {
    // The new row is there with the next frame.
    requestAnimationFrame(() => {
      const inputs = list.current?.querySelectorAll<HTMLInputElement>("[data-pattern]");
      inputs?.[inputs.length - 1]?.focus();
    });
  };
  return (
    <>
      <div className={styles.rules} ref={list}>
        {rules.length === 0 && (
          <p className="muted">Without rules, files are fetched and kept, but not imported.</p>
        )}
        {rules.map((rule, index) => (
          <RuleRow
            key={rule.id}
            rule={rule}
            number={index + 1}
            isLast={index === rules.length - 1}
            errors={messages.get(rule.id) ?? {}}
            onChange={(part) => {
              setRules(rules.map((one) => (one.id === rule.id ? { ...one, ...part } : one)));
            }}
            onMove={(by) => setRules(moved(rules, index, index + by))}
            onRemove={() => setRules(rules.filter(({ id }) => id !== rule.id))}
          />
        ))}
      </div>
      <Button
        variant="default"
        size="xs"
        style={{ justifySelf: "start" }}
        leftSection={<IconPlus size={14} stroke={2} />}
        onClick={() => {
          setRules([...rules, newRule()]);
          focusLast();
        }}
      >
        Add rule
      </Button>
      <TagsInput
        label="Left alone"
        description="Names of files and folders that are never fetched, as patterns."
        splitChars={[","]}
        acceptValueOnBlur
        value={[...draft.ignore]}
        error={Object.keys(errors).find((field) => field.startsWith("ignore.")) && "Not a pattern."}
        onChange={(ignore) => onChange({ ignore })}
      />
    </>
  );
}
