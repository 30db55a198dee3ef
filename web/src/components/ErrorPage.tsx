import { useDocumentTitle } from "@mantine/hooks";
import { useRouter, type ErrorComponentProps } from "@tanstack/react-router";

import { isNotFound } from "@/api/problem";
import { LoadError } from "@/components/LoadError";
import { NotFoundPage } from "@/components/NotFoundPage";
import { isMissingCode } from "@/lib/retrying";

/** A page that failed, while its data or its code was loaded or while it was drawn. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  useDocumentTitle("Error · Rowmill");
  if (isNotFound(error)) return <NotFoundPage error={error} />;
  const retry = () => {
    reset();
    void router.invalidate();
  };
  if (isMissingCode(error)) {
    const words = new Error("A part of the app did not arrive. The server may have been updated.");
    const reload = () => {
      window.location.reload();
    };
    return <LoadError level={1} error={words} title="Load the page again" onRetry={reload} />;
  }
  return <LoadError level={1} error={error} onRetry={retry} />;
}
