import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { demoQuery } from "@/api/retail";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { DemoProgress } from "@/components/DemoData";
import { LinkAnchor } from "@/components/links";
import { useCanEdit } from "@/components/useCanEdit";
import { useRemoveDemo } from "@/components/useDemo";
import styles from "@/features/datasets/datasets.module.css";
import { listOf } from "@/lib/words";

/** How far the demo is, and the way to its figures once this page has seen it come. */
export function DemoNotice() {
  const { data: demo } = useQuery(demoQuery);
  const [hasSeenIt, setSeenIt] = useState(false);
  if (demo?.status === "processing" && !hasSeenIt) setSeenIt(true);
  if (!demo || demo.status === "absent" || !hasSeenIt) return null;
  return (
    <section className={styles.notice} aria-label="Demo data">
      <DemoProgress
        demo={demo}
        whenReady={
          <>
            The demo data is ready.{" "}
            <LinkAnchor to="/dashboard" inherit underline="always">
              Open the dashboard
            </LinkAnchor>
          </>
        }
      />
    </section>
  );
}

/** Below the list: the way to be rid of the demo. */
export function DemoFooter() {
  const { data: demo } = useQuery(demoQuery);
  const [isAsking, asking] = useDisclosure(false);
  const removal = useRemoveDemo();
  const canEdit = useCanEdit();
  if (!canEdit || !demo || demo.status === "absent" || demo.status === "processing") return null;
  return (
    <div className={styles.demoFooter}>
      <Button
        variant="subtle"
        color="gray"
        c="dimmed"
        fw={400}
        size="compact-xs"
        onClick={asking.open}
      >
        Remove demo data
      </Button>
      <ConfirmDialog
        opened={isAsking}
        onClose={asking.close}
        title="Remove demo data?"
        action="Remove"
        isDangerous
        isPending={removal.isPending}
        onConfirm={() => removal.mutate(undefined, { onSuccess: asking.close })}
      >
        This deletes {listOf(demo.datasets.map(({ name }) => name))}, with whatever was added to
        them. It cannot be undone.
      </ConfirmDialog>
    </div>
  );
}
