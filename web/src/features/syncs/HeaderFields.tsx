import { Button, CloseButton, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";

import type { TargetProps } from "@/features/syncs/DestinationFields";
import type { HttpTarget } from "@/features/syncs/syncDraft";
import styles from "@/features/syncs/syncs.module.css";

interface Header {
  id: number;
  name: string;
  value: string;
}

function toHeaders(headers: HttpTarget["headers"]): Header[] {
  return Object.entries(headers).map(([name, value], id) => ({ id, name, value }));
}

/** Headers that every request carries. */
export function HeaderFields({ target, errors, onChange }: TargetProps<HttpTarget>) {
  // What is typed lives here: while a name is half typed it may equal another's.
  const [headers, setHeaders] = useState(() => toHeaders(target.headers));
  const change = (next: Header[]) => {
    setHeaders(next);
    const named = next.filter(({ name }) => name.trim() !== "");
    onChange({ headers: Object.fromEntries(named.map(({ name, value }) => [name.trim(), value])) });
  };
  const edit = (id: number, part: Partial<Header>) =>
    change(headers.map((one) => (one.id === id ? { ...one, ...part } : one)));
  return (
    <fieldset className={styles.rows}>
      <legend>Headers</legend>
      {headers.map(({ id, name, value }, index) => (
        <div key={id} className={styles.header} role="group" aria-label={`Header ${index + 1}`}>
          <TextInput
            aria-label="Name of the header"
            placeholder="X-Source"
            value={name}
            onChange={(event) => edit(id, { name: event.currentTarget.value })}
          />
          <TextInput
            aria-label="Value of the header"
            placeholder="value"
            value={value}
            onChange={(event) => edit(id, { value: event.currentTarget.value })}
          />
          <CloseButton
            aria-label={`Remove header ${index + 1}`}
            onClick={() => change(headers.filter((one) => one.id !== id))}
          />
        </div>
      ))}
      {errors.headers !== undefined && (
        <p role="alert" className={styles.fieldError}>
          {errors.headers}
        </p>
      )}
      <Button
        size="xs"
        variant="default"
        leftSection={<IconPlus size={14} stroke={2} />}
        onClick={() => {
          const id = Math.max(-1, ...headers.map((one) => one.id)) + 1;
          change([...headers, { id, name: "", value: "" }]);
        }}
      >
        Add header
      </Button>
    </fieldset>
  );
}
