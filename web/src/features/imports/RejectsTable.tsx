import { Button, Skeleton } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconDownload } from "@tabler/icons-react";

import { rejectsQuery } from "@/api/queries";
import type { Reject } from "@/api/types";
import { DataFrame } from "@/components/DataFrame";
import { LoadError } from "@/components/LoadError";
import { LoadMore } from "@/components/LoadMore";
import styles from "@/features/imports/imports.module.css";
import { countOf, formatInteger } from "@/lib/format";

/** Where in a workbook a reject stands, as spreadsheets write it: `Prices!C17`. */
function placeOf({ sheet, cell }: Reject): string | null {
  const parts = [sheet, cell].filter((part) => part != null);
  return parts.length === 0 ? null : parts.join("!");
}

function RejectRow({ reject, hasPlace }: { reject: Reject; hasPlace: boolean }) {
  return (
    <tr>
      <td>{reject.line == null ? "–" : formatInteger(reject.line)}</td>
      {hasPlace && <td>{placeOf(reject) ?? "–"}</td>}
      <td>{reject.column ?? "–"}</td>
      <td>
        {reject.value == null ? "–" : <code className={styles.rejectValue}>{reject.value}</code>}
      </td>
      <td>{reject.reason}</td>
      <td>
        <code className={styles.raw}>{reject.raw}</code>
      </td>
    </tr>
  );
}

/** The records that did not fit, each with its place and its reason. */
export function RejectsTable({ runId, total }: { runId: string; total: number }) {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    rejectsQuery(runId),
  );
  const rejects = data?.pages.flatMap(({ items }) => items) ?? [];
  const hasPlace = rejects.some((reject) => placeOf(reject) !== null);
  return (
    <section>
      <div className={styles.sectionHead}>
        <h2>{countOf(total, "rejected record")}</h2>
        <Button
          component="a"
          href={`/api/imports/${runId}/rejects/export`}
          download
          size="xs"
          variant="default"
          leftSection={<IconDownload size={14} stroke={1.7} />}
        >
          Download as CSV
        </Button>
      </div>
      {error && !data && <LoadError error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton h={120} />}
      {data && (
        <DataFrame className={styles.rejects} label="Rejected records" isBordered>
          <table>
            <thead>
              <tr>
                <th scope="col">Line</th>
                {hasPlace && <th scope="col">Cell</th>}
                <th scope="col">Column</th>
                <th scope="col">Value</th>
                <th scope="col">Reason</th>
                <th scope="col">Record as sent</th>
              </tr>
            </thead>
            <tbody>
              {rejects.map((reject) => (
                <RejectRow
                  key={`${reject.record}-${reject.column ?? ""}-${reject.code}`}
                  reject={reject}
                  hasPlace={hasPlace}
                />
              ))}
            </tbody>
          </table>
          <LoadMore
            hasMore={hasNextPage}
            isLoading={isFetchingNextPage}
            onMore={() => void fetchNextPage()}
          />
        </DataFrame>
      )}
    </section>
  );
}
