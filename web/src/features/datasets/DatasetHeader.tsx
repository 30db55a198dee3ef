import { Button, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronLeft, IconDownload, IconPlus } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { exportHref } from "@/api/queries";
import type { DatasetDetail } from "@/api/types";
import { StatusBadge } from "@/components/StatusBadge";
import { TimeAgo } from "@/components/TimeAgo";
import { useCanEdit } from "@/components/useCanEdit";
import styles from "@/features/datasets/datasets.module.css";
import { DatasetMenu } from "@/features/datasets/DatasetMenu";
import { DatasetName } from "@/features/datasets/DatasetName";
import { DeleteDialog } from "@/features/datasets/DeleteDialog";
import { TemplateBadge } from "@/features/datasets/TemplateBadge";
import { filterPairs, parseFilters } from "@/lib/filters";
import { countOf, formatBytes } from "@/lib/format";
import { useAddressFilters } from "@/lib/useAddressFilters";

interface Props {
  dataset: DatasetDetail;
  onAddData: () => void;
}

function Facts({ dataset }: { dataset: DatasetDetail }) {
  return (
    <ul className={styles.facts} aria-label="About the dataset">
      <li>{countOf(dataset.row_count, "row")}</li>
      <li>{countOf(dataset.column_count, "column")}</li>
      <li>{formatBytes(dataset.size_bytes)}</li>
      {dataset.version !== null && <li>version {dataset.version}</li>}
      <li>
        updated <TimeAgo at={dataset.updated_at} />
      </li>
    </ul>
  );
}

function ExportMenu({ dataset }: { dataset: DatasetDetail }) {
  const { f, sort } = useAddressFilters();
  const filters = parseFilters(f);
  const disabled = dataset.version === null;
  return (
    <Menu position="bottom-end" disabled={disabled}>
      <Menu.Target>
        <Button
          variant="default"
          disabled={disabled}
          leftSection={<IconDownload size={16} stroke={1.7} />}
        >
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={exportHref(dataset.slug)} download>
          All rows as CSV
        </Menu.Item>
        <Menu.Item
          component="a"
          download
          disabled={filters.length === 0}
          href={exportHref(dataset.slug, filterPairs(filters), sort)}
        >
          Filtered rows as CSV
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export function DatasetHeader({ dataset, onAddData }: Props) {
  const canEdit = useCanEdit();
  const [isRenaming, setRenaming] = useState(false);
  const [isDeleting, deletion] = useDisclosure(false);
  return (
    <header className={styles.head}>
      <Link to="/" className={styles.crumb}>
        <IconChevronLeft size={15} stroke={1.8} aria-hidden />
        Datasets
      </Link>
      <div className={styles.headRow}>
        <div className={styles.titleRow}>
          <DatasetName dataset={dataset} isEditing={isRenaming} onEditing={setRenaming} />
          <StatusBadge status={dataset.status} />
          <TemplateBadge dataset={dataset} />
        </div>
        <div style={{ display: "flex", gap: 8 }}>
          <ExportMenu dataset={dataset} />
          {canEdit && (
            <Button leftSection={<IconPlus size={16} stroke={2} />} onClick={onAddData}>
              Add data
            </Button>
          )}
          <DatasetMenu
            dataset={dataset}
            onRename={() => {
              setRenaming(true);
            }}
            onDelete={deletion.open}
          />
        </div>
      </div>
      <Facts dataset={dataset} />
      <DeleteDialog dataset={dataset} opened={isDeleting} onClose={deletion.close} />
    </header>
  );
}
