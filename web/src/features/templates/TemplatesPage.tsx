import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { IconPlus } from "@tabler/icons-react";

import { templatesQuery } from "@/api/retail";
import type { Template } from "@/api/types";
import { LinkAnchor, LinkButton } from "@/components/links";
import { ListSkeleton } from "@/components/ListSkeleton";
import list from "@/components/listTable.module.css";
import { LoadError } from "@/components/LoadError";
import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { ShowCurl } from "@/components/ShowCurl";
import { useCanEdit } from "@/components/useCanEdit";
import styles from "@/features/templates/templates.module.css";
import { modeWords } from "@/features/templates/words";
import { formatInteger } from "@/lib/format";

function Row({ template }: { template: Template }) {
  const { name, label, description, columns, dataset, built_in: isBuiltIn } = template;
  return (
    <tr>
      <th scope="row">
        <span className={styles.title}>
          <LinkAnchor to="/templates/$name" params={{ name }} size="sm">
            {label}
          </LinkAnchor>
          {isBuiltIn && <span className={styles.tag}>built in</span>}
        </span>
        <span className={styles.description}>{description || name}</span>
      </th>
      <td data-number>{formatInteger(columns.length)}</td>
      <td data-extra>{modeWords(template)}</td>
      <td>
        {dataset ? (
          <LinkAnchor to="/datasets/$slug" params={{ slug: dataset.slug }} size="sm">
            {dataset.name}
          </LinkAnchor>
        ) : (
          <span className="muted">none yet</span>
        )}
      </td>
    </tr>
  );
}

function TemplateTable({ templates }: { templates: readonly Template[] }) {
  return (
    <div className={list.card}>
      <table className={list.table} aria-label="Templates">
        <thead>
          <tr>
            <th scope="col">Template</th>
            <th scope="col" data-number>
              Columns
            </th>
            <th scope="col" data-extra>
              An import does
            </th>
            <th scope="col">Dataset</th>
          </tr>
        </thead>
        <tbody>
          {templates.map((template) => (
            <Row key={template.name} template={template} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The declared schemas: those that every workspace has, and its own. */
export function TemplatesPage() {
  useDocumentTitle("Templates · Rowmill");
  const { data, error, refetch } = useQuery(templatesQuery);
  const canEdit = useCanEdit();
  const isOwnMissing = data?.items.every((one) => one.built_in) ?? false;
  return (
    <div className={page.page}>
      <PageHeader
        title="Templates"
        lead="By a template, columns are found under whatever headers files bring them."
        actions={
          canEdit && (
            <LinkButton to="/templates/new" leftSection={<IconPlus size={16} />}>
              New template
            </LinkButton>
          )
        }
      />
      {error && !data && <LoadError error={error} onRetry={() => void refetch()} />}
      {!data && !error && <ListSkeleton label="templates" rows={3} height={56} />}
      {data && <TemplateTable templates={data.items} />}
      {isOwnMissing && (
        <p className={styles.hint}>
          There are only the built-in ones so far. Declare one for the files that you get often, or
          make one of a dataset: its menu has “Make a template of this”.
        </p>
      )}
      <ShowCurl label="this list" path="/api/templates" />
    </div>
  );
}
