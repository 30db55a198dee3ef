import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";

import { KeyList } from "@/features/keys/KeyList";
import styles from "@/features/keys/keys.module.css";
import { NewKeyDialog } from "@/features/keys/NewKeyDialog";

/** The API keys of the account: made, listed, revoked. */
export function KeysPanel() {
  const [isMaking, making] = useDisclosure(false);
  return (
    <section className={styles.panel} aria-labelledby="api-keys">
      <header className={styles.head}>
        <div>
          <h2 id="api-keys">API keys</h2>
          <p>For programs: as a bearer token, or as the password of HTTP Basic.</p>
        </div>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} stroke={2} />}
          onClick={making.open}
        >
          New key
        </Button>
      </header>
      <KeyList />
      <NewKeyDialog opened={isMaking} onClose={making.close} />
    </section>
  );
}
