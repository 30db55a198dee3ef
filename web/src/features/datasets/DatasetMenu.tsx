import { Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import {
  IconFilterCog,
  IconHistory,
  IconPencil,
  IconTemplate,
  IconTemplateOff,
} from "@tabler/icons-react";

import type { DatasetDetail } from "@/api/types";
import { DeleteItem } from "@/components/DeleteItem";
import { LinkMenuItem } from "@/components/links";
import { MoreMenu } from "@/components/RunControls";
import { useCanEdit } from "@/components/useCanEdit";
import { useRelease } from "@/components/useTemplate";
import { useTemplateLabel } from "@/features/datasets/TemplateBadge";
import { templateWord } from "@/lib/words";

interface Props {
  dataset: DatasetDetail;
  onRename: () => void;
  onDelete: () => void;
}

function useStopUsing(dataset: DatasetDetail) {
  const name = dataset.template ?? null;
  const label = useTemplateLabel(name);
  const release = useRelease(dataset.slug);
  if (name === null) return null;
  const word = templateWord(name, label);
  return {
    word,
    stop: () => {
      const message = `${dataset.name} is no longer used as ${word}. Its rows stay.`;
      release.mutate(undefined, { onSuccess: () => notifications.show({ message }) });
    },
  };
}

/** What else can be done with a dataset. */
export function DatasetMenu({ dataset, onRename, onDelete }: Props) {
  const using = useStopUsing(dataset);
  const canEdit = useCanEdit();
  const operations = (
    <LinkMenuItem
      to="/operations"
      search={{ dataset: dataset.slug }}
      leftSection={<IconHistory size={15} stroke={1.7} />}
    >
      Its operations
    </LinkMenuItem>
  );
  return (
    <MoreMenu>
      {operations}
      {canEdit && (
        <>
          <LinkMenuItem
            to="/operations/new"
            search={{ dataset: dataset.slug }}
            disabled={dataset.version === null}
            leftSection={<IconFilterCog size={15} stroke={1.7} />}
          >
            Run an operation
          </LinkMenuItem>
          <LinkMenuItem
            to="/templates/new"
            search={{ dataset: dataset.slug }}
            disabled={dataset.version === null}
            leftSection={<IconTemplate size={15} stroke={1.7} />}
          >
            Make a template of this
          </LinkMenuItem>
          <Menu.Item leftSection={<IconPencil size={15} stroke={1.7} />} onClick={onRename}>
            Rename
          </Menu.Item>
          {using && (
            <Menu.Item
              leftSection={<IconTemplateOff size={15} stroke={1.7} />}
              onClick={using.stop}
            >
              Stop using as {using.word}
            </Menu.Item>
          )}
          <DeleteItem onClick={onDelete} />
        </>
      )}
    </MoreMenu>
  );
}
