import { skipToken, useQuery } from "@tanstack/react-query";

import { templatesQuery } from "@/api/retail";
import type { DatasetDetail } from "@/api/types";
import styles from "@/features/datasets/datasets.module.css";

/** What a template is called; its name until the label is known. */
export function useTemplateLabel(name: string | null): string {
  const queryFn = name === null ? skipToken : templatesQuery.queryFn;
  const { data } = useQuery({ ...templatesQuery, queryFn });
  return data?.items.find((one) => one.name === name)?.label ?? name ?? "";
}

/** Names the template that the dataset follows. */
export function TemplateBadge({ dataset }: { dataset: DatasetDetail }) {
  const name = dataset.template ?? null;
  const label = useTemplateLabel(name);
  if (name === null) return null;
  return (
    <span className={styles.template} title={`Follows the template ${label}`}>
      {label}
    </span>
  );
}
