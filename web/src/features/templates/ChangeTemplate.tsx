import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { keys } from "@/api/queries";
import type { Template } from "@/api/types";
import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { draftOfTemplate, inputOf, type TemplateDraft } from "@/features/templates/templateDraft";
import { TemplateForm } from "@/features/templates/TemplateForm";
import { changeTemplate } from "@/features/templates/templateQueries";

/** Declares a template of the workspace anew. */
export function ChangeTemplate({ template }: { template: Template }) {
  const { name } = template;
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  // What was typed stays, whatever happens to the template meanwhile.
  const [initial] = useState(() => draftOfTemplate(template, false));
  const show = (ignoreBlocker: boolean) =>
    navigate({ to: "/templates/$name", params: { name }, replace: true, ignoreBlocker });
  const saving = useMutation({
    mutationFn: (draft: TemplateDraft) => changeTemplate(name, inputOf(draft)),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: keys.templates });
      await show(true);
    },
  });
  return (
    <div className={page.page}>
      <PageHeader
        title={`Edit ${template.label}`}
        lead="Imports go by it from now on; rows that are there stay as they are."
      />
      <TemplateForm
        initial={initial}
        isNameFixed
        error={saving.error}
        isPending={saving.isPending}
        action="Save template"
        onSave={(draft) => saving.mutate(draft)}
        onCancel={() => void show(false)}
      />
    </div>
  );
}
