import { Select, TextInput } from "@mantine/core";

import { AuthFields } from "@/features/syncs/AuthFields";
import type { TargetProps } from "@/features/syncs/DestinationFields";
import { HeaderFields } from "@/features/syncs/HeaderFields";
import { HttpDetails } from "@/features/syncs/HttpDetails";
import type { HttpTarget } from "@/features/syncs/syncDraft";
import styles from "@/features/syncs/syncs.module.css";

const METHODS = ["POST", "PUT", "PATCH"] as const;

const BODIES = [
  { value: "envelope", label: "An object with a list in it" },
  { value: "array", label: "A list of records" },
  { value: "lines", label: "JSON Lines, one record a line" },
  { value: "record", label: "One record for each request" },
] as const;

/** What the body of a request will look like. */
function bodyExample({ body, envelope }: HttpTarget): string {
  if (body === "envelope") return `{"${envelope || "records"}": [{…}, {…}]}`;
  if (body === "array") return "[{…}, {…}]";
  return body === "lines" ? "{…} on each line" : "{…}";
}

function BodyFields({ target, errors, onChange }: TargetProps<HttpTarget>) {
  return (
    <div className={styles.fields}>
      <Select
        label="Body"
        description={<span className="mono">{bodyExample(target)}</span>}
        inputWrapperOrder={["label", "input", "description", "error"]}
        allowDeselect={false}
        data={[...BODIES]}
        value={target.body}
        error={errors.body}
        onChange={(value) => {
          const body = BODIES.find((one) => one.value === value)?.value;
          if (body) onChange({ body });
        }}
      />
      {target.body === "envelope" && (
        <TextInput
          label="Name of the list"
          placeholder="records"
          value={target.envelope}
          error={errors.envelope}
          onChange={(event) => onChange({ envelope: event.currentTarget.value })}
        />
      )}
    </div>
  );
}

/** An HTTP endpoint: where, how to sign in, and what a request holds. */
export function HttpFields(props: TargetProps<HttpTarget>) {
  const { target, errors, onChange } = props;
  return (
    <>
      <div className={styles.address}>
        <TextInput
          label="Base URL"
          type="url"
          placeholder="https://shop.example.com"
          value={target.url}
          error={errors.url}
          onChange={(event) => onChange({ url: event.currentTarget.value.trim() })}
        />
        <Select
          label="Method"
          allowDeselect={false}
          data={[...METHODS]}
          value={target.method}
          onChange={(value) => {
            const method = METHODS.find((one) => one === value);
            if (method) onChange({ method });
          }}
        />
        <TextInput
          label="Path"
          placeholder="/products"
          value={target.path}
          error={errors.path}
          onChange={(event) => onChange({ path: event.currentTarget.value.trim() })}
        />
      </div>
      <AuthFields {...props} />
      <BodyFields {...props} />
      <HeaderFields {...props} />
      <HttpDetails {...props} />
    </>
  );
}
