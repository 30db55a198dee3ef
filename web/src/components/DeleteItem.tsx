import { Menu } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";

/** The last item of a menu: it asks before it deletes. */
export function DeleteItem({ onClick }: { onClick: () => void }) {
  return (
    <Menu.Item color="red" leftSection={<IconTrash size={15} stroke={1.7} />} onClick={onClick}>
      Delete…
    </Menu.Item>
  );
}
