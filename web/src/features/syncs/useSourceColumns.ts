import { skipToken, useQuery } from "@tanstack/react-query";

import { datasetQuery } from "@/api/queries";
import { templatesQuery } from "@/api/retail";
import type { Source } from "@/features/syncs/syncDraft";

export interface SourceColumn {
  name: string;
  label: string;
}

/** The columns of a sync's dataset; of a template that no dataset follows yet, those it declares. */
export function useSourceColumns({ dataset, template }: Source): readonly SourceColumn[] {
  const { data: templates } = useQuery(templatesQuery);
  const chosen = templates?.items.find(({ name }) => name === template);
  const slug = dataset ?? chosen?.dataset?.slug;
  const query = datasetQuery(slug ?? "");
  const { data: found } = useQuery({
    ...query,
    queryFn: slug === undefined ? skipToken : query.queryFn,
  });
  return found?.columns ?? chosen?.columns ?? [];
}
