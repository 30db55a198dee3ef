import { Button, SegmentedControl } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconUserPlus } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";

import { usersQuery, type UsersFilter } from "@/api/admin";
import { ShowCurl } from "@/components/ShowCurl";
import styles from "@/features/admin/admin.module.css";
import { NewUserDialog } from "@/features/admin/NewUserDialog";
import { PagedTable } from "@/features/admin/PagedTable";
import { SearchField } from "@/components/SearchField";
import { UserRow } from "@/features/admin/UserRow";
import { addressOf } from "@/lib/address";

const route = getRouteApi("/app/admin/users");

const ONLY: Record<string, UsersFilter> = { admins: { admin: true }, disabled: { disabled: true } };

export function UsersTab() {
  const { search, only = "all" } = route.useSearch();
  const navigate = route.useNavigate();
  const [isMaking, making] = useDisclosure(false);
  const list = useInfiniteQuery(usersQuery({ search, ...ONLY[only] }));
  const change = (part: { search?: string; only?: string }) => {
    void navigate({ search: (old) => ({ ...old, ...part }), replace: true });
  };
  return (
    <>
      <div className={styles.toolbar}>
        <SearchField
          label="Search users"
          value={search ?? ""}
          onChange={(text) => {
            change({ search: text });
          }}
        />
        <SegmentedControl
          size="xs"
          aria-label="Which users"
          value={only in ONLY ? only : "all"}
          data={[
            { value: "all", label: "All" },
            { value: "admins", label: "Administrators" },
            { value: "disabled", label: "Disabled" },
          ]}
          onChange={(value) => {
            change({ only: value === "all" ? undefined : value });
          }}
        />
        <Button
          className={styles.right}
          leftSection={<IconUserPlus size={16} stroke={1.8} />}
          onClick={making.open}
        >
          New user
        </Button>
      </div>
      <PagedTable
        list={list}
        label="Users"
        headings={["User", "Role", "State", "Last seen", "Since", "Actions"]}
        empty="No user matches"
      >
        {(user) => <UserRow key={user.id} user={user} />}
      </PagedTable>
      <ShowCurl label="the list" path={addressOf("/api/admin/users", { search, ...ONLY[only] })} />
      <NewUserDialog opened={isMaking} onClose={making.close} />
    </>
  );
}
