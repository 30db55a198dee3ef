import { Checkbox } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { skipToken, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";

import { datasetQuery, keys } from "@/api/queries";
import { adoptTemplate } from "@/api/retail";
import type { DatasetDetail, Template } from "@/api/types";
import { LoadError } from "@/components/LoadError";
import { notifyError } from "@/components/notifyError";
import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { PageLoading } from "@/components/PageLoading";
import {
  draftOfDataset,
  draftOfTemplate,
  emptyDraft,
  inputOf,
  type TemplateDraft,
} from "@/features/templates/templateDraft";
import { TemplateForm } from "@/features/templates/TemplateForm";
import { declareTemplate, templateQuery } from "@/features/templates/templateQueries";

const route = getRouteApi("/app/templates/new");

interface Origin {
  dataset: DatasetDetail | undefined;
  template: Template | undefined;
}

/** What the form begins with: a dataset, another template, or nothing. */
function useOrigin(slug: string | undefined, from: string | undefined) {
  const one = datasetQuery(slug ?? "");
  const other = templateQuery(from ?? "");
  const dataset = useQuery({ ...one, queryFn: slug === undefined ? skipToken : one.queryFn });
  const template = useQuery({ ...other, queryFn: from === undefined ? skipToken : other.queryFn });
  const isMissing = (slug !== undefined && !dataset.data) || (from !== undefined && !template.data);
  const origin: Origin = { dataset: dataset.data, template: template.data };
  return { origin: isMissing ? null : origin, error: dataset.error ?? template.error };
}

function firstDraft({ dataset, template }: Origin): TemplateDraft {
  if (dataset) return draftOfDataset(dataset);
  return template ? draftOfTemplate(template, true) : emptyDraft();
}

function useDeclare(slug: string | undefined) {
  const navigate = route.useNavigate();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (draft: TemplateDraft) => declareTemplate(inputOf(draft)),
    onSuccess: async ({ name }) => {
      // The template is there; that the dataset cannot follow it is another matter.
      if (slug !== undefined) await adoptTemplate(slug, name).catch(notifyError);
      const stale = slug === undefined ? [] : [keys.dataset(slug), keys.datasets];
      for (const queryKey of [keys.templates, ...stale]) {
        void queryClient.invalidateQueries({ queryKey });
      }
      await navigate({ to: "/templates/$name", params: { name }, ignoreBlocker: true });
    },
  });
}

function NewTemplate({ origin }: { origin: Origin }) {
  const { dataset } = origin;
  const navigate = route.useNavigate();
  // What was typed stays, whatever happens to the origin meanwhile.
  const [initial] = useState(() => firstDraft(origin));
  const [follows, setFollows] = useState(true);
  const canFollow = dataset !== undefined && dataset.template == null;
  const declaring = useDeclare(canFollow && follows ? dataset.slug : undefined);
  return (
    <div className={page.page}>
      <PageHeader
        title={dataset ? `A template of ${dataset.name}` : "New template"}
        lead="Say which columns there are, and under which headers files bring them."
      />
      <TemplateForm
        initial={initial}
        isNameFixed={false}
        error={declaring.error}
        isPending={declaring.isPending}
        action="Declare template"
        onSave={(draft) => declaring.mutate(draft)}
        onCancel={() => void navigate({ to: "/templates" })}
      >
        {canFollow && (
          <Checkbox
            label={`${dataset.name} follows this template from now on`}
            checked={follows}
            onChange={(event) => setFollows(event.currentTarget.checked)}
          />
        )}
      </TemplateForm>
    </div>
  );
}

/** Declares a template of the workspace's own. */
export function NewTemplatePage() {
  useDocumentTitle("New template · Rowmill");
  const { dataset, from } = route.useSearch();
  const { origin, error } = useOrigin(dataset, from);
  if (error && !origin) return <LoadError level={1} error={error} />;
  return origin ? <NewTemplate origin={origin} /> : <PageLoading />;
}
