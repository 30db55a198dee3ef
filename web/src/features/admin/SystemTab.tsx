import styles from "@/features/admin/admin.module.css";
import { MaintenancePanel } from "@/features/admin/MaintenancePanel";
import { SettingsPanel } from "@/features/admin/SettingsPanel";
import { StoragePanel } from "@/features/admin/StoragePanel";
import { WorkersPanel } from "@/features/admin/WorkersPanel";

/** What the server runs on, and how it is set up. */
export function SystemTab() {
  return (
    <div className={styles.system}>
      <div className={styles.stack}>
        <WorkersPanel />
        <MaintenancePanel />
      </div>
      <StoragePanel />
      <SettingsPanel />
    </div>
  );
}
