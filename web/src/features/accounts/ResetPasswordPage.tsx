import { Alert, Button, PasswordInput } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouterState } from "@tanstack/react-router";
import { useState, type SyntheticEvent } from "react";

import { api, unwrap } from "@/api/client";
import { ApiError, toMessage } from "@/api/problem";
import { LinkButton } from "@/components/links";
import styles from "@/features/accounts/accounts.module.css";
import { AuthLayout } from "@/features/accounts/AuthLayout";

function useReset(token: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (password: string) =>
      unwrap(api.POST("/api/password-reset", { body: { token, password } })),
    // Every session of the account has ended, this browser's too if it was one of them.
    onSuccess: () => {
      queryClient.clear();
    },
  });
}

function PasswordForm({ token }: { token: string }) {
  const [password, setPassword] = useState("");
  const reset = useReset(token);
  const field = reset.error instanceof ApiError ? reset.error.fields.password : undefined;
  const onSubmit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (password !== "") reset.mutate(password);
  };
  if (reset.isSuccess) {
    return (
      <div className={styles.form}>
        <Alert color="green" variant="light" role="status">
          The password is changed. Every session of the account has ended.
        </Alert>
        <LinkButton to="/login">Sign in</LinkButton>
      </div>
    );
  }
  return (
    <form className={styles.form} onSubmit={onSubmit} noValidate>
      {reset.error && field === undefined && (
        <Alert color="red" variant="light" role="alert">
          {toMessage(reset.error)}
        </Alert>
      )}
      <PasswordInput
        label="New password"
        description="At least 8 characters."
        autoComplete="new-password"
        value={password}
        error={field}
        onChange={(event) => {
          setPassword(event.currentTarget.value);
        }}
      />
      <Button type="submit" disabled={password === ""} loading={reset.isPending}>
        Set password
      </Button>
    </form>
  );
}

/** Where a link leads that an administrator handed over. The token stands behind the `#`. */
export function ResetPasswordPage() {
  useDocumentTitle("New password · Rowmill");
  const hash = useRouterState({ select: ({ location }) => location.hash });
  const token = new URLSearchParams(hash).get("token");
  return (
    <AuthLayout title="Choose a password" lead="The link works once.">
      {token === null ? (
        <Alert color="red" variant="light" role="alert">
          This link is not complete. Copy all of it, or ask your administrator for a new one.
        </Alert>
      ) : (
        <PasswordForm token={token} />
      )}
    </AuthLayout>
  );
}
