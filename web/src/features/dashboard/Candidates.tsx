import { Button, Skeleton } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";

import { toMessage } from "@/api/problem";
import { datasetsQuery } from "@/api/queries";
import type { DatasetSummary } from "@/api/types";
import { LinkAnchor } from "@/components/links";
import { useAdoption } from "@/components/useTemplate";
import styles from "@/features/dashboard/dashboard.module.css";
import { countOf } from "@/lib/format";
import { spaced } from "@/lib/words";

/** Which columns would play which part: "amount from Sale (Dollars), date from Date". */
function describeMapping({ suggested_template: suggested }: DatasetSummary): string {
  const telling = ["date", "amount", "quantity", "store_name", "item_number"];
  const parts = (suggested?.mapping ?? []).filter(({ role }) => telling.includes(role));
  return parts.map(({ role, header }) => `${spaced(role)}: ${header}`).join(" · ");
}

function Candidate({ dataset }: { dataset: DatasetSummary }) {
  const adoption = useAdoption(dataset.slug);
  const { slug, name, row_count: rows } = dataset;
  return (
    <li className={styles.candidate}>
      <span className={styles.candidateName}>
        <LinkAnchor to="/datasets/$slug" params={{ slug }} className="truncate" size="sm">
          {name}
        </LinkAnchor>
        <span className="muted">{countOf(rows, "row")}</span>
        <span className="muted">{describeMapping(dataset)}</span>
        {adoption.isError && <span role="alert">{toMessage(adoption.error)}</span>}
      </span>
      <Button
        size="xs"
        variant="light"
        aria-label={`Use ${name} as sales`}
        loading={adoption.isPending}
        onClick={() => adoption.mutate("sales")}
      >
        Use as sales
      </Button>
    </li>
  );
}

/** The datasets that could be the sales. */
export function Candidates() {
  const { data } = useInfiniteQuery(datasetsQuery());
  if (!data) return <Skeleton h={60} />;
  const found = data.pages
    .flatMap(({ items }) => items)
    .filter((one) => one.suggested_template?.template === "sales" && one.version !== null);
  if (found.length === 0) {
    return <p>No dataset looks like sales yet.</p>;
  }
  return (
    <ul className={styles.candidates}>
      {found.map((dataset) => (
        <Candidate key={dataset.id} dataset={dataset} />
      ))}
    </ul>
  );
}
