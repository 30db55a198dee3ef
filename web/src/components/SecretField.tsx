import { Button, PasswordInput, Textarea } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { useId, type ReactNode } from "react";

import styles from "@/components/fields.module.css";

/** undefined leaves the secret as it is, null removes it, a text replaces it. */
export type SecretChange = string | null | undefined;

interface Props {
  label: string;
  description?: ReactNode;
  placeholder?: string;
  /** Whether the server has one. It never tells which. */
  isSet: boolean;
  value: SecretChange;
  onChange: (value: SecretChange) => void;
  error?: string;
  /** For keys of several lines. */
  isLong?: boolean;
  canRemove?: boolean;
}

interface KeptProps extends Pick<Props, "label" | "description" | "error" | "canRemove"> {
  isRemoved: boolean;
  onChange: Props["onChange"];
}

/** In place of the field, while nothing is typed into it. */
function KeptSecret({ label, description, error, canRemove, isRemoved, onChange }: KeptProps) {
  const id = useId();
  return (
    <div className={styles.kept} role="group" aria-labelledby={id}>
      <span id={id} className={styles.keptLabel}>
        {label}
      </span>
      {description !== undefined && <span className={styles.hint}>{description}</span>}
      <div className={styles.keptRow}>
        <IconLock size={14} stroke={1.7} aria-hidden />
        <span>{isRemoved ? "Removed when you save" : "Set"}</span>
        {isRemoved ? (
          <Button size="compact-xs" variant="subtle" onClick={() => onChange(undefined)}>
            Keep
          </Button>
        ) : (
          <>
            <Button
              size="compact-xs"
              variant="subtle"
              aria-label={`Replace ${label}`}
              onClick={() => onChange("")}
            >
              Replace
            </Button>
            {canRemove && (
              <Button
                size="compact-xs"
                variant="subtle"
                color="red"
                aria-label={`Remove ${label}`}
                onClick={() => onChange(null)}
              >
                Remove
              </Button>
            )}
          </>
        )}
      </div>
      {error !== undefined && (
        <span role="alert" style={{ color: "var(--rm-red)", fontSize: 12 }}>
          {error}
        </span>
      )}
    </div>
  );
}

/** A password, key or token: it can be entered, replaced and removed, but never read again. */
export function SecretField({ isSet, value, onChange, canRemove = true, ...rest }: Props) {
  const { label, description, error, placeholder, isLong = false } = rest;
  if (isSet && (value === undefined || value === null)) {
    const shared = { label, description, error, canRemove, onChange };
    return <KeptSecret {...shared} isRemoved={value === null} />;
  }
  const shared = {
    label,
    description,
    error,
    placeholder,
    value: value ?? "",
    autoComplete: "off",
    // What was there and has just been made room for.
    "data-autofocus": isSet || undefined,
    spellCheck: false,
  };
  const change = (text: string) => onChange(text === "" && !isSet ? undefined : text);
  const undo = isSet && (
    <Button
      size="compact-xs"
      variant="subtle"
      style={{ justifySelf: "start" }}
      onClick={() => onChange(undefined)}
    >
      Keep the one that is set
    </Button>
  );
  return (
    <div className={styles.kept}>
      {isLong ? (
        <Textarea
          {...shared}
          autosize
          minRows={3}
          maxRows={8}
          classNames={{ input: "mono" }}
          onChange={(event) => change(event.currentTarget.value)}
        />
      ) : (
        <PasswordInput {...shared} onChange={(event) => change(event.currentTarget.value)} />
      )}
      {undo}
    </div>
  );
}
