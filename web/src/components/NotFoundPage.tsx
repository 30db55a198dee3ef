import { useDocumentTitle } from "@mantine/hooks";
import { IconMapSearch } from "@tabler/icons-react";

import { describeFailure } from "@/components/failures";
import { LinkButton } from "@/components/links";
import { Reference } from "@/components/Reference";
import { StateMessage } from "@/components/StateMessage";
import styles from "@/components/states.module.css";

interface Props {
  title?: string;
  message?: string;
  /** The server's answer, where it was the server that found nothing. */
  error?: unknown;
}

export function NotFoundPage({
  title = "Page not found",
  message = "There is nothing at this address. It may have been renamed or deleted.",
  error,
}: Props) {
  useDocumentTitle("Not found · Rowmill");
  const { reference } = describeFailure(error);
  return (
    <div className={styles.whole}>
      <StateMessage
        level={1}
        icon={<IconMapSearch size={22} stroke={1.6} />}
        title={title}
        actions={
          <LinkButton to="/" variant="default">
            All datasets
          </LinkButton>
        }
      >
        <p>{message}</p>
        {reference !== null && <Reference id={reference} />}
      </StateMessage>
    </div>
  );
}
