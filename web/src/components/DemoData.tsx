import { Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { toMessage } from "@/api/problem";
import { demoQuery } from "@/api/retail";
import type { Demo } from "@/api/types";
import { ProgressBar } from "@/components/ProgressBar";
import { useCreateDemo } from "@/components/useDemo";
import { listOf } from "@/lib/words";

export function CreateDemo() {
  const creation = useCreateDemo();
  return (
    <>
      {creation.isError && (
        <Text role="alert" size="sm" c="red" mb={8}>
          {toMessage(creation.error)}
        </Text>
      )}
      <Button variant="default" loading={creation.isPending} onClick={() => creation.mutate()}>
        Create demo data
      </Button>
    </>
  );
}

interface ProgressProps {
  demo: Demo;
  /** What to say once it is there. */
  whenReady: ReactNode;
}

export function DemoProgress({ demo, whenReady }: ProgressProps) {
  const { status, datasets } = demo;
  if (status === "ready") return <p role="status">{whenReady}</p>;
  if (status === "failed") {
    const failed = datasets.filter((one) => one.status === "failed").map(({ name }) => name);
    return <p role="alert">The demo data could not be made: {listOf(failed)} failed.</p>;
  }
  const ready = datasets.filter((one) => one.status === "ready").length;
  return (
    <>
      <p role="status">
        Creating demo data: {ready} of {datasets.length} datasets ready
      </p>
      <ProgressBar label="Demo data" percent={(100 * ready) / Math.max(1, datasets.length)} />
    </>
  );
}

/** The button that creates demo data; then how far it is. */
export function DemoData({ whenReady }: Pick<ProgressProps, "whenReady">) {
  const { data: demo } = useQuery(demoQuery);
  if (!demo || demo.status === "absent") return <CreateDemo />;
  return <DemoProgress demo={demo} whenReady={whenReady} />;
}
