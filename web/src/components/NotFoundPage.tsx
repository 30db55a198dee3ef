import { useDocumentTitle } from "@mantine/hooks";
import { IconMapSearch } from "@tabler/icons-react";

import { LinkButton } from "@/components/links";
import { StateMessage } from "@/components/StateMessage";

interface Props {
  title?: string;
  message?: string;
}

export function NotFoundPage({
  title = "Page not found",
  message = "There is nothing at this address. It may have been renamed or deleted.",
}: Props) {
  useDocumentTitle("Not found · Rowmill");
  return (
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
    </StateMessage>
  );
}
