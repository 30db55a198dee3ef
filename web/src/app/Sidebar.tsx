import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import {
  IconActivity,
  IconApi,
  IconBuildingStore,
  IconChartHistogram,
  IconCloudDownload,
  IconCloudUpload,
  IconFileInvoice,
  IconInbox,
  IconTemplate,
  IconTool,
  IconTransform,
  IconWebhook,
  type Icon,
} from "@tabler/icons-react";
import { Link, type LinkProps } from "@tanstack/react-router";

import { datasetsQuery, meQuery } from "@/api/queries";
import { AccountMenu } from "@/app/AccountMenu";
import styles from "@/app/Sidebar.module.css";
import { LiveDot } from "@/app/LiveDot";
import { Logo } from "@/components/Logo";
import { StatusDot } from "@/components/StatusDot";
import { ThemeToggle } from "@/components/ThemeToggle";

interface Props {
  onNavigate?: () => void;
}

const RECENT = 14;

function RecentDatasets({ onNavigate }: Props) {
  const { data } = useInfiniteQuery(datasetsQuery());
  const datasets = data?.pages[0]?.items.slice(0, RECENT) ?? [];
  if (datasets.length === 0) return null;
  return (
    <nav aria-label="Recent datasets" className={styles.section}>
      <h2 className={styles.heading}>Recent</h2>
      <ul className={styles.list}>
        {datasets.map(({ id, slug, name, status }) => (
          <li key={id}>
            <Link
              to="/datasets/$slug"
              params={{ slug }}
              className={styles.item}
              activeProps={{ className: styles.active, "aria-current": "page" }}
              onClick={onNavigate}
            >
              <StatusDot status={status} />
              <span className="truncate">{name}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

interface Entry {
  to: NonNullable<LinkProps["to"]>;
  label: string;
  Icon: Icon;
}

const ENTRIES: readonly Entry[] = [
  { to: "/", label: "Datasets", Icon: IconInbox },
  { to: "/dashboard", label: "Dashboard", Icon: IconChartHistogram },
  { to: "/invoices", label: "Invoices", Icon: IconFileInvoice },
  { to: "/stock", label: "Stock", Icon: IconBuildingStore },
  { to: "/operations", label: "Operations", Icon: IconTransform },
  { to: "/templates", label: "Templates", Icon: IconTemplate },
  { to: "/feeds", label: "Feeds", Icon: IconCloudDownload },
  { to: "/syncs", label: "Syncs", Icon: IconCloudUpload },
  { to: "/webhooks", label: "Webhooks", Icon: IconWebhook },
  { to: "/activity", label: "Activity", Icon: IconActivity },
];
const ADMIN: Entry = { to: "/admin", label: "Admin", Icon: IconTool };

function MainNav({ onNavigate }: Props) {
  const { data: user } = useQuery(meQuery);
  const entries = user?.is_admin === true ? [...ENTRIES, ADMIN] : ENTRIES;
  return (
    <nav aria-label="Main" className={styles.section}>
      {entries.map(({ to, label, Icon }) => (
        <Link
          key={to}
          to={to}
          className={styles.item}
          activeOptions={{ exact: to === "/", includeSearch: false }}
          activeProps={{ className: styles.active, "aria-current": "page" }}
          onClick={onNavigate}
        >
          <Icon size={17} stroke={1.7} aria-hidden />
          {label}
        </Link>
      ))}
      <a href="/docs" className={styles.item}>
        <IconApi size={17} stroke={1.7} aria-hidden />
        API reference
      </a>
    </nav>
  );
}

export function Sidebar({ onNavigate }: Props) {
  return (
    <div className={styles.sidebar}>
      <Link to="/" className={styles.brand} onClick={onNavigate}>
        <Logo size={26} />
        Rowmill
      </Link>
      <MainNav onNavigate={onNavigate} />
      <div className={styles.scroll}>
        <RecentDatasets onNavigate={onNavigate} />
      </div>
      <div className={styles.foot}>
        <div className={styles.footRow}>
          <LiveDot />
          <ThemeToggle />
        </div>
        <AccountMenu onNavigate={onNavigate} />
      </div>
    </div>
  );
}
