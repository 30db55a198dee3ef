import { Alert, Button, PasswordInput, TextInput } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";

import { ApiError, toMessage } from "@/api/problem";
import styles from "@/features/accounts/accounts.module.css";
import { useAccess } from "@/features/accounts/useAccess";

interface Props {
  how: "login" | "register";
  submit: string;
  returnPath: string | undefined;
}

type Messages = Readonly<Record<string, string>>;

/** What is missing before anything is sent. */
function findMissing(email: string, password: string): Messages {
  return {
    ...(email.trim() === "" && { email: "Enter your e-mail address." }),
    ...(password === "" && { password: "Enter a password." }),
  };
}

/** The failure as a sentence above the form, when no field carries it. */
function generalMessage(error: Error | null): string | null {
  if (!error) return null;
  if (!(error instanceof ApiError)) return toMessage(error);
  if (error.fields.email !== undefined || error.fields.password !== undefined) return null;
  if (error.status === 409) return null;
  if (error.status === 429 && error.retryAfter !== null) {
    return `Too many attempts. Try again in ${error.retryAfter} seconds.`;
  }
  return error.message;
}

function fieldMessages(error: Error | null): Messages {
  if (!(error instanceof ApiError)) return {};
  return error.status === 409 ? { email: error.message, ...error.fields } : error.fields;
}

export function AccessForm({ how, submit, returnPath }: Props) {
  const access = useAccess(how, returnPath);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [missing, setMissing] = useState<Messages>({});

  const onSubmit = (event: SyntheticEvent) => {
    event.preventDefault();
    const found = findMissing(email, password);
    setMissing(found);
    access.reset();
    if (Object.keys(found).length === 0) access.mutate({ email: email.trim(), password });
  };

  const messages = { ...fieldMessages(access.error), ...missing };
  const general = generalMessage(access.error);
  return (
    <form className={styles.form} onSubmit={onSubmit} noValidate>
      {general !== null && (
        <Alert color="red" variant="light" role="alert">
          {general}
        </Alert>
      )}
      <TextInput
        label="E-mail"
        name="email"
        type="email"
        autoComplete="username"
        size="md"
        value={email}
        onChange={(event) => {
          setEmail(event.currentTarget.value);
        }}
        error={messages.email}
      />
      <PasswordInput
        label="Password"
        name="password"
        size="md"
        autoComplete={how === "login" ? "current-password" : "new-password"}
        description={how === "register" ? "At least 8 characters." : undefined}
        value={password}
        onChange={(event) => {
          setPassword(event.currentTarget.value);
        }}
        error={messages.password}
        aria-invalid={messages.password !== undefined}
        visibilityToggleButtonProps={{ "aria-label": "Show password" }}
      />
      <Button type="submit" size="md" loading={access.isPending} fullWidth>
        {submit}
      </Button>
    </form>
  );
}
