import { CloseButton, SegmentedControl } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";

import type { JobStatus } from "@/api/types";
import { ForEditors } from "@/components/ForEditors";
import { LinkButton } from "@/components/links";
import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { ShowCurl } from "@/components/ShowCurl";
import { OperationList } from "@/features/operations/OperationList";
import styles from "@/features/operations/operations.module.css";
import { addressOf } from "@/lib/address";

const route = getRouteApi("/app/operations");

const STATES: readonly { value: JobStatus | "all"; label: string }[] = [
  { value: "all", label: "All" },
  { value: "running", label: "Running" },
  { value: "succeeded", label: "Succeeded" },
  { value: "failed", label: "Failed" },
];

function toStatus(text: string | undefined): JobStatus | undefined {
  const known: readonly JobStatus[] = ["pending", "running", "succeeded", "failed", "cancelled"];
  return known.find((one) => one === text);
}

/** Every operation of the workspace, newest first. */
export function OperationsPage() {
  useDocumentTitle("Operations · Rowmill");
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { dataset } = search;
  const status = toStatus(search.status);
  return (
    <div className={page.page}>
      <PageHeader
        title="Operations"
        lead="Computations over your data. Each makes a dataset and a file."
        actions={
          <ForEditors>
            <LinkButton
              to="/operations/new"
              search={{ dataset }}
              leftSection={<IconPlus size={16} stroke={2} />}
            >
              New operation
            </LinkButton>
          </ForEditors>
        }
      />
      <div className={styles.filters}>
        <SegmentedControl
          size="xs"
          aria-label="State"
          value={STATES.some(({ value }) => value === status) ? status : "all"}
          data={[...STATES]}
          onChange={(value) => {
            const next = value === "all" ? undefined : value;
            void navigate({ search: (old) => ({ ...old, status: next }), replace: true });
          }}
        />
        {dataset !== undefined && (
          <span className={styles.chip}>
            Dataset {dataset}
            <CloseButton
              size="xs"
              aria-label="Show the operations of all datasets"
              onClick={() => {
                void navigate({ search: (old) => ({ ...old, dataset: undefined }) });
              }}
            />
          </span>
        )}
      </div>
      <OperationList filter={{ dataset, status }} />
      <ShowCurl label="the list" path={addressOf("/api/operations", { dataset, status })} />
    </div>
  );
}
