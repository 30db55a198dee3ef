import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { IconCopy, IconPencil } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";

import { isNotFound } from "@/api/problem";
import type { Template } from "@/api/types";
import { Facts } from "@/components/Facts";
import { LinkAnchor, LinkButton } from "@/components/links";
import { LoadError } from "@/components/LoadError";
import { NotFoundPage } from "@/components/NotFoundPage";
import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { PageLoading } from "@/components/PageLoading";
import { ShowCurl } from "@/components/ShowCurl";
import { useCanEdit } from "@/components/useCanEdit";
import { ChangeTemplate } from "@/features/templates/ChangeTemplate";
import { DeclaredColumns } from "@/features/templates/DeclaredColumns";
import { DeleteTemplate } from "@/features/templates/DeleteTemplate";
import styles from "@/features/templates/templates.module.css";
import { templatePath, templateQuery } from "@/features/templates/templateQueries";
import { modeWords } from "@/features/templates/words";

const route = getRouteApi("/app/templates/$name");

function Actions({ template }: { template: Template }) {
  const { name, built_in: isBuiltIn } = template;
  return (
    <>
      {!isBuiltIn && (
        <LinkButton
          to="/templates/$name"
          params={{ name }}
          search={{ edit: "true" }}
          variant="default"
          leftSection={<IconPencil size={15} />}
        >
          Edit
        </LinkButton>
      )}
      <LinkButton
        to="/templates/new"
        search={{ from: name }}
        variant="default"
        leftSection={<IconCopy size={15} />}
      >
        Make one like it
      </LinkButton>
      {!isBuiltIn && <DeleteTemplate template={template} />}
    </>
  );
}

function About({ template }: { template: Template }) {
  const { dataset } = template;
  const datasetLink = dataset ? (
    <LinkAnchor to="/datasets/$slug" params={{ slug: dataset.slug }} inherit>
      {dataset.name}
    </LinkAnchor>
  ) : (
    "made with the first file"
  );
  return (
    <Facts
      facts={[
        ["Name in the API", <code key="name">{template.name}</code>],
        ["An import does", modeWords(template)],
        ["Dataset", datasetLink],
      ]}
    />
  );
}

function Measures({ measures }: Pick<Template, "measures">) {
  if (measures.length === 0) return null;
  return (
    <section className={styles.section}>
      <h2>Figures made of them</h2>
      <Facts facts={measures.map(({ label, formula }) => [label, formula])} />
    </section>
  );
}

/** A template: what it declares, or with `?edit=true` the form to change it. */
export function TemplatePage() {
  const { name } = route.useParams();
  const { edit } = route.useSearch();
  const canEdit = useCanEdit();
  const { data: template, error, refetch } = useQuery(templateQuery(name));
  useDocumentTitle(`${template?.label ?? "Template"} · Rowmill`);
  if (isNotFound(error)) {
    return <NotFoundPage title="No such template" message="It may have been deleted." />;
  }
  if (error && !template) {
    return <LoadError level={1} error={error} onRetry={() => void refetch()} />;
  }
  if (!template) return <PageLoading />;
  if (edit !== undefined && canEdit && !template.built_in) {
    return <ChangeTemplate key={name} template={template} />;
  }
  return (
    <div className={page.page}>
      <div>
        <LinkAnchor to="/templates" size="sm">
          All templates
        </LinkAnchor>
      </div>
      <PageHeader
        title={template.label}
        lead={template.description || undefined}
        actions={canEdit && <Actions template={template} />}
      />
      <About template={template} />
      <DeclaredColumns template={template} />
      <Measures measures={template.measures} />
      <ShowCurl label="this template" path={templatePath(name)} />
    </div>
  );
}
