import { Select, Textarea, TextInput } from "@mantine/core";

import type { SourceOf } from "@/features/feeds/feedDraft";
import styles from "@/features/feeds/feeds.module.css";
import { FeedSecret } from "@/features/feeds/FeedSecret";
import type { FormPart } from "@/features/feeds/formTypes";

type Source = SourceOf<"https">;

interface Props extends FormPart {
  source: Source;
}

const LOGINS: readonly { value: Source["login"]; label: string }[] = [
  { value: "none", label: "No login" },
  { value: "basic", label: "Username and password" },
  { value: "bearer", label: "Bearer token" },
  { value: "header", label: "Token in a header" },
];

function Login(props: Props) {
  const { source, errors, onChange } = props;
  const change = (part: Partial<Source>) => onChange({ source: { ...source, ...part } });
  return (
    <div className={styles.fields}>
      <Select
        label="Login"
        allowDeselect={false}
        data={[...LOGINS]}
        value={source.login}
        onChange={(value) => {
          const login = LOGINS.find((one) => one.value === value)?.value ?? "none";
          onChange({ source: { ...source, login }, secrets: {} });
        }}
      />
      {source.login === "basic" && (
        <>
          <TextInput
            label="Username"
            autoComplete="off"
            value={source.username ?? ""}
            error={errors["source.username"]}
            onChange={(event) => change({ username: event.currentTarget.value })}
          />
          <FeedSecret {...props} name="password" label="Password" />
        </>
      )}
      {source.login === "header" && (
        <TextInput
          label="Header"
          placeholder="X-Api-Key"
          value={source.header ?? ""}
          error={errors["source.header"]}
          onChange={(event) => change({ header: event.currentTarget.value })}
        />
      )}
      {(source.login === "bearer" || source.login === "header") && (
        <FeedSecret {...props} name="token" label="Token" />
      )}
    </div>
  );
}

/** The first message about the addresses, whichever of them it is about. */
function urlError(errors: FormPart["errors"]): string | undefined {
  const field = Object.keys(errors).find((one) => one.startsWith("source.urls"));
  return field === undefined ? undefined : errors[field];
}

export function WebFields(props: Props) {
  const { source, errors, onChange } = props;
  return (
    <>
      <Textarea
        label="Addresses"
        description="One to a line. Each is fetched again when it has changed."
        placeholder="https://example.com/rates.csv"
        autosize
        minRows={2}
        maxRows={10}
        spellCheck={false}
        value={source.urls.join("\n")}
        error={urlError(errors)}
        onChange={(event) => {
          onChange({ source: { ...source, urls: event.currentTarget.value.split("\n") } });
        }}
      />
      <Login {...props} />
    </>
  );
}
