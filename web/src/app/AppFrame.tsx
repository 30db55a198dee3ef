import { Drawer } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Outlet } from "@tanstack/react-router";

import styles from "@/app/AppFrame.module.css";
import { OfflineBanner } from "@/app/OfflineBanner";
import { RouteAnnouncer } from "@/app/RouteAnnouncer";
import { Sidebar } from "@/app/Sidebar";
import { TopBar } from "@/app/TopBar";
import { UploadTray } from "@/app/UploadTray";
import { useLiveEvents } from "@/app/useLiveEvents";

/** Everything around a page once one is signed in. */
export function AppFrame() {
  useLiveEvents();
  const [menuOpen, menu] = useDisclosure(false);
  return (
    <div className={styles.frame}>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <header className={styles.sidebar}>
        <Sidebar />
      </header>
      <TopBar onMenu={menu.open} />
      <Drawer.Root opened={menuOpen} onClose={menu.close} size={264} padding={0}>
        <Drawer.Overlay />
        <Drawer.Content aria-label="Menu">
          <Sidebar onNavigate={menu.close} />
        </Drawer.Content>
      </Drawer.Root>
      <main id="main" tabIndex={-1} className={styles.main}>
        <OfflineBanner />
        <Outlet />
      </main>
      <UploadTray />
      <RouteAnnouncer />
    </div>
  );
}
