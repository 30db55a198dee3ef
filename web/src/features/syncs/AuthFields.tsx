import { Select, TextInput } from "@mantine/core";

import { SecretField } from "@/components/SecretField";
import type { TargetProps } from "@/features/syncs/DestinationFields";
import type { HttpTarget } from "@/features/syncs/syncDraft";
import styles from "@/features/syncs/syncs.module.css";

type Auth = HttpTarget["auth"];

const KINDS: readonly { value: Auth["kind"]; label: string }[] = [
  { value: "none", label: "None" },
  { value: "login", label: "Sign in first, then use the token" },
  { value: "bearer", label: "A fixed bearer token" },
  { value: "basic", label: "Name and password (HTTP Basic)" },
  { value: "hmac", label: "Sign each body (HMAC-SHA256)" },
];

const FORMS: readonly { value: Auth["form"]; label: string }[] = [
  { value: "form", label: "As an OAuth2 password form" },
  { value: "json", label: "As JSON" },
];

const SECRETS: Partial<Record<Auth["kind"], { name: string; label: string }>> = {
  login: { name: "password", label: "Password" },
  basic: { name: "password", label: "Password" },
  bearer: { name: "token", label: "Token" },
  hmac: { name: "signing_key", label: "Signing key" },
};

interface LoginProps {
  auth: Auth;
  errors: TargetProps<HttpTarget>["errors"];
  onChange: (part: Partial<Auth>) => void;
}

/** Where and how to sign in for a token. */
function LoginFields({ auth, errors, onChange }: LoginProps) {
  return (
    <>
      <TextInput
        label="Path to sign in"
        placeholder="/auth"
        value={auth.path}
        error={errors["auth.path"]}
        onChange={(event) => onChange({ path: event.currentTarget.value.trim() })}
      />
      <Select
        label="Name and password are sent"
        allowDeselect={false}
        data={[...FORMS]}
        value={auth.form}
        onChange={(value) => onChange({ form: value === "json" ? "json" : "form" })}
      />
      <TextInput
        label="Token in the answer"
        placeholder="access_token"
        value={auth.token_field}
        error={errors["auth.token_field"]}
        onChange={(event) => onChange({ token_field: event.currentTarget.value.trim() })}
      />
    </>
  );
}

/** How the sync signs in. */
export function AuthFields(props: TargetProps<HttpTarget>) {
  const { target, secrets, secretsSet, errors, secretErrors, onChange, onSecrets } = props;
  const { auth } = target;
  const change = (part: Partial<Auth>) => onChange({ auth: { ...auth, ...part } });
  const secret = SECRETS[auth.kind];
  return (
    <div className={styles.fields}>
      <Select
        label="Authentication"
        allowDeselect={false}
        data={[...KINDS]}
        value={auth.kind}
        onChange={(value) => {
          const kind = KINDS.find((one) => one.value === value)?.value;
          if (kind) change({ kind });
        }}
      />
      {(auth.kind === "login" || auth.kind === "basic") && (
        <TextInput
          label="Username"
          autoComplete="off"
          value={auth.username ?? ""}
          // The server says of the whole that a name is missing.
          error={errors["auth.username"] ?? errors.auth}
          onChange={(event) => change({ username: event.currentTarget.value || null })}
        />
      )}
      {secret && (
        <SecretField
          key={secret.name}
          label={secret.label}
          isSet={secretsSet[secret.name] === true}
          canRemove={false}
          value={secrets[secret.name]}
          error={secretErrors[secret.name]}
          onChange={(value) => onSecrets({ [secret.name]: value })}
        />
      )}
      {auth.kind === "login" && <LoginFields auth={auth} errors={errors} onChange={change} />}
    </div>
  );
}
