import { Button, CloseButton, PasswordInput, TextInput } from "@mantine/core";
import { IconLock, IconPlus } from "@tabler/icons-react";
import { useState } from "react";

import { SecretField } from "@/components/SecretField";
import type { TargetProps } from "@/features/syncs/DestinationFields";
import {
  headersOf,
  SECRET_HEADER,
  splitHeaders,
  type HeaderDraft,
} from "@/features/syncs/headerDraft";
import type { HttpTarget } from "@/features/syncs/syncDraft";
import styles from "@/features/syncs/syncs.module.css";

interface RowProps {
  header: HeaderDraft;
  number: number;
  error?: string;
  onChange: (part: Partial<HeaderDraft>) => void;
  onRemove: () => void;
}

function HeaderRow({ header, number, error, onChange, onRemove }: RowProps) {
  const { name, value, isSecret } = header;
  const word = isSecret ? "Secret header" : "Header";
  const Value = isSecret ? PasswordInput : TextInput;
  return (
    <div className={styles.header} role="group" aria-label={`${word} ${number}`}>
      <TextInput
        aria-label="Name of the header"
        placeholder={isSecret ? "X-Api-Key" : "X-Source"}
        autoComplete="off"
        spellCheck={false}
        value={name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <Value
        aria-label="Value of the header"
        placeholder="value"
        autoComplete="off"
        value={value}
        error={error}
        onChange={(event) => onChange({ value: event.currentTarget.value })}
      />
      <CloseButton aria-label={`Remove ${word.toLowerCase()} ${number}`} onClick={onRemove} />
    </div>
  );
}

/** Secret headers that the sync has: their values can be replaced, but not read. */
function SavedHeaders({ secrets, secretsSet, secretErrors, onSecrets }: TargetProps<HttpTarget>) {
  const names = Object.keys(secretsSet).filter((name) => name.startsWith(SECRET_HEADER));
  return names.map((name) => (
    <SecretField
      key={name}
      label={name.slice(SECRET_HEADER.length)}
      isSet
      value={secrets[name]}
      error={secretErrors[name]}
      onChange={(value) => onSecrets({ [name]: value })}
    />
  ));
}

/** Headers that every request carries; secret ones are never shown again. */
export function HeaderFields(props: TargetProps<HttpTarget>) {
  const { target, secrets, secretsSet, errors, secretErrors, onChange, onSecrets } = props;
  // What is typed lives here: while a name is half typed it may equal another's.
  const [headers, setHeaders] = useState(() => headersOf(target, secrets, secretsSet));
  const change = (next: HeaderDraft[]) => {
    const before = splitHeaders(headers).secret;
    const { plain, secret } = splitHeaders(next);
    const gone = Object.keys(before).map((name) => [name, undefined] as const);
    setHeaders(next);
    onChange({ headers: plain });
    if (gone.length > 0 || Object.keys(secret).length > 0) {
      onSecrets({ ...Object.fromEntries(gone), ...secret });
    }
  };
  const add = (isSecret: boolean) => {
    const id = Math.max(-1, ...headers.map((one) => one.id)) + 1;
    change([...headers, { id, name: "", value: "", isSecret }]);
  };
  return (
    <fieldset className={styles.rows}>
      <legend>Headers</legend>
      <SavedHeaders {...props} />
      {headers.map((header, index) => (
        <HeaderRow
          key={header.id}
          header={header}
          number={index + 1}
          error={header.isSecret ? secretErrors[SECRET_HEADER + header.name.trim()] : undefined}
          onChange={(part) =>
            change(headers.map((one) => (one.id === header.id ? { ...one, ...part } : one)))
          }
          onRemove={() => change(headers.filter((one) => one.id !== header.id))}
        />
      ))}
      {errors.headers !== undefined && (
        <p role="alert" className={styles.fieldError}>
          {errors.headers}
        </p>
      )}
      <div className={styles.rowButtons}>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} stroke={2} />}
          onClick={() => add(false)}
        >
          Add header
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconLock size={14} stroke={1.8} />}
          onClick={() => add(true)}
        >
          Add secret header
        </Button>
      </div>
    </fieldset>
  );
}
