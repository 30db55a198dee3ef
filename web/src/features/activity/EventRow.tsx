import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconCloudDownload,
  IconCloudUpload,
  IconDatabase,
  IconFileImport,
  IconFileInvoice,
  IconFilterCog,
  IconKey,
  IconPencil,
  IconRefresh,
  IconTemplate,
  IconTemplateOff,
  IconTrash,
  IconWebhook,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";

import type { LogEvent } from "@/api/types";
import { TimeAgo } from "@/components/TimeAgo";
import styles from "@/features/activity/activity.module.css";
import { describeEvent } from "@/features/activity/describeEvent";

const ICONS: Record<string, typeof IconDatabase> = {
  "dataset.created": IconDatabase,
  "dataset.renamed": IconPencil,
  "dataset.deleted": IconTrash,
  "dataset.changed": IconRefresh,
  "import.succeeded": IconCircleCheck,
  "import.failed": IconAlertTriangle,
  "import.cancelled": IconCircleX,
  "operation.created": IconFilterCog,
  "operation.started": IconFilterCog,
  "operation.succeeded": IconCircleCheck,
  "operation.failed": IconAlertTriangle,
  "operation.cancelled": IconCircleX,
  "dataset.adopted": IconTemplate,
  "dataset.released": IconTemplateOff,
  "key.created": IconKey,
  "key.deleted": IconKey,
};

/** For kinds without an icon of their own. */
const SUBJECTS: Record<string, typeof IconDatabase> = {
  invoice: IconFileInvoice,
  template: IconTemplate,
  feed: IconCloudDownload,
  sync: IconCloudUpload,
  webhook: IconWebhook,
};

function DatasetName({ event, name }: { event: LogEvent; name: string }) {
  const slug = event.payload.dataset_slug ?? event.payload.slug;
  if (typeof slug !== "string" || event.kind === "dataset.deleted") return <b>{name}</b>;
  return (
    <Link to="/datasets/$slug" params={{ slug }} className={styles.link}>
      {name}
    </Link>
  );
}

export function EventRow({ event }: { event: LogEvent }) {
  const { before, after, dataset, tone } = describeEvent(event);
  const Icon = ICONS[event.kind] ?? SUBJECTS[event.kind.replace(/\..*/, "")] ?? IconFileImport;
  return (
    <li className={styles.event}>
      <Icon size={17} stroke={1.6} className={styles.icon} data-tone={tone} aria-hidden />
      <div className={styles.words}>
        <p>
          {before}
          {dataset !== null && <DatasetName event={event} name={dataset} />}
          {after}
        </p>
        {event.subject === "operation" && event.subject_id && (
          <Link to="/operations/$id" params={{ id: event.subject_id }} className={styles.more}>
            Details
          </Link>
        )}
        {event.subject === "import" && event.subject_id && (
          <Link to="/imports/$id" params={{ id: event.subject_id }} className={styles.more}>
            Details
          </Link>
        )}
      </div>
      <span className={styles.when}>
        {event.actor !== null && <span className="truncate">{event.actor}</span>}
        <TimeAgo at={event.at} />
      </span>
    </li>
  );
}
