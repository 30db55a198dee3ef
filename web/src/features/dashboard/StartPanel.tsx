import { IconDatabaseImport, IconFileSpreadsheet, IconSparkles } from "@tabler/icons-react";

import { DemoData } from "@/components/DemoData";
import { StateMessage } from "@/components/StateMessage";
import { useCanEdit } from "@/components/useCanEdit";
import { Candidates } from "@/features/dashboard/Candidates";
import styles from "@/features/dashboard/dashboard.module.css";
import { DropZone } from "@/features/uploads/DropZone";
import { NEW_DATASET } from "@/features/uploads/sendFile";
import { useAddFiles } from "@/features/uploads/useAddFiles";

function DemoCard() {
  return (
    <section className={styles.startCard} aria-labelledby="start-demo">
      <IconSparkles size={20} stroke={1.6} aria-hidden />
      <h2 id="start-demo">Look around with demo data</h2>
      <p>A made-up chain of shops: two years of sales, products and stock, in under a minute.</p>
      <DemoData whenReady="The demo data is ready." />
    </section>
  );
}

/** The three ways to a first dashboard, for a workspace without a sales dataset. */
export function StartPanel() {
  const addFiles = useAddFiles();
  if (!useCanEdit()) {
    return (
      <StateMessage icon={<IconFileSpreadsheet size={22} stroke={1.6} />} title="No sales yet">
        <p>The dashboard shows them as soon as this workspace has a sales dataset.</p>
      </StateMessage>
    );
  }
  return (
    <div className={styles.start}>
      <section className={styles.startCard} aria-labelledby="start-upload">
        <IconFileSpreadsheet size={20} stroke={1.6} aria-hidden />
        <h2 id="start-upload">Upload a file of sales</h2>
        <p>
          One row for each item sold, with a date and an amount. Columns are found by their headers.
        </p>
        <DropZone
          size="field"
          onFiles={(files) => {
            addFiles(files, { ...NEW_DATASET, template: "sales" });
          }}
        />
      </section>
      <section className={styles.startCard} aria-labelledby="start-adopt">
        <IconDatabaseImport size={20} stroke={1.6} aria-hidden />
        <h2 id="start-adopt">Use a dataset you have</h2>
        <p>Its columns get a meaning; nothing in it is changed.</p>
        <Candidates />
      </section>
      <DemoCard />
    </div>
  );
}
