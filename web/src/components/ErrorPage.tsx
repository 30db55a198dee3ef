import { useDocumentTitle } from "@mantine/hooks";
import { useRouter, type ErrorComponentProps } from "@tanstack/react-router";

import { isNotFound } from "@/api/problem";
import { LoadError } from "@/components/LoadError";
import { NotFoundPage } from "@/components/NotFoundPage";

/** A page that failed, while its data or its code was loaded or while it was drawn. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  useDocumentTitle("Error · Rowmill");
  if (isNotFound(error)) return <NotFoundPage />;
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return <LoadError level={1} error={error} title="Something went wrong" onRetry={retry} />;
}
