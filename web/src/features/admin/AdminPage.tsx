import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import {
  IconBuildingWarehouse,
  IconHistory,
  IconListCheck,
  IconServer2,
  IconUsers,
} from "@tabler/icons-react";
import { Link, Outlet } from "@tanstack/react-router";

import { ApiError } from "@/api/problem";
import { meQuery } from "@/api/queries";
import { LoadError } from "@/components/LoadError";
import { PageHeader } from "@/components/PageHeader";
import page from "@/components/page.module.css";
import { PageLoading } from "@/components/PageLoading";
import tabs from "@/components/tabs.module.css";

const TABS = [
  { to: "/admin/users", label: "Users", Icon: IconUsers },
  { to: "/admin/workspaces", label: "Workspaces", Icon: IconBuildingWarehouse },
  { to: "/admin/jobs", label: "Jobs", Icon: IconListCheck },
  { to: "/admin/system", label: "System", Icon: IconServer2 },
  { to: "/admin/audit", label: "Audit log", Icon: IconHistory },
] as const;

const NOT_ADMIN = new ApiError(
  403,
  "forbidden",
  "Only administrators of this server may open the administration.",
);

/** What administrators see and do across workspaces. */
export function AdminPage() {
  useDocumentTitle("Administration · Rowmill");
  const { data: user } = useQuery(meQuery);
  if (!user) return <PageLoading />;
  if (!user.is_admin) return <LoadError level={1} error={NOT_ADMIN} />;
  return (
    <div className={page.page}>
      <PageHeader title="Administration" lead="Everything on this server, across workspaces." />
      <nav className={tabs.tabs} aria-label="Parts of the administration">
        {TABS.map(({ to, label, Icon }) => (
          <Link
            key={to}
            to={to}
            className={tabs.tab}
            activeOptions={{ includeSearch: false }}
            activeProps={{ "aria-current": "page" }}
          >
            <Icon size={16} stroke={1.7} aria-hidden />
            {label}
          </Link>
        ))}
      </nav>
      <Outlet />
    </div>
  );
}
