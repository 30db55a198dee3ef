import { useInfiniteQuery } from "@tanstack/react-query";
import { IconActivity, IconApi, IconInbox } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";

import { datasetsQuery } from "@/api/queries";
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

export function Sidebar({ onNavigate }: Props) {
  const active = { className: styles.active, "aria-current": "page" as const };
  return (
    <div className={styles.sidebar}>
      <Link to="/" className={styles.brand} onClick={onNavigate}>
        <Logo size={26} />
        Rowmill
      </Link>
      <nav aria-label="Main" className={styles.section}>
        <Link
          to="/"
          className={styles.item}
          activeOptions={{ exact: true, includeSearch: false }}
          activeProps={active}
          onClick={onNavigate}
        >
          <IconInbox size={17} stroke={1.7} aria-hidden />
          Datasets
        </Link>
        <Link to="/activity" className={styles.item} activeProps={active} onClick={onNavigate}>
          <IconActivity size={17} stroke={1.7} aria-hidden />
          Activity
        </Link>
        <a href="/docs" className={styles.item}>
          <IconApi size={17} stroke={1.7} aria-hidden />
          API reference
        </a>
      </nav>
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
