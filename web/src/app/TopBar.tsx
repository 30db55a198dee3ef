import { ActionIcon } from "@mantine/core";
import { IconMenu2 } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";

import styles from "@/app/AppFrame.module.css";
import { Logo } from "@/components/Logo";

/** The bar of narrow windows, in place of the side bar. */
export function TopBar({ onMenu }: { onMenu: () => void }) {
  return (
    <header className={styles.topbar}>
      <Link to="/" className={styles.brand}>
        <Logo />
        Rowmill
      </Link>
      <ActionIcon size={40} aria-label="Open menu" onClick={onMenu}>
        <IconMenu2 size={20} stroke={1.7} />
      </ActionIcon>
    </header>
  );
}
