import { Button, Stack } from "@mantine/core";

import { CodeBlock } from "@/components/CodeBlock";
import { formatDateTime } from "@/lib/format";

interface Props {
  name: string;
  link: { link: string; expires_at: string };
  onClose: () => void;
}

/** A link that is shown this once. */
export function ShownLink({ name, link, onClose }: Props) {
  return (
    <Stack gap="md">
      <div>
        Hand this link to {name} in a safe way. It is shown this once only, works once, and ends{" "}
        {formatDateTime(link.expires_at)}.
      </div>
      <CodeBlock label="the link" code={link.link} />
      <Button style={{ justifySelf: "end", alignSelf: "flex-end" }} onClick={onClose}>
        Done
      </Button>
    </Stack>
  );
}
