import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, skipToken, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { userQuery, usersQuery, workspaceQuery, workspacesQuery } from "@/api/admin";

interface Option {
  value: string;
  label: string;
}

interface Props {
  id: string | undefined;
  onChange: (id: string | undefined) => void;
}

interface SelectProps extends Props {
  label: string;
  placeholder: string;
  options: readonly Option[];
  /** The chosen one, which the search need not have found. */
  chosen: Option | undefined;
  onSearch: (text: string) => void;
}

function NameSelect({ id, options, chosen, onSearch, onChange, ...words }: SelectProps) {
  const isListed = options.some(({ value }) => value === id);
  return (
    <Select
      {...words}
      searchable
      clearable
      nothingFoundMessage="Nothing matches"
      data={chosen && !isListed ? [chosen, ...options] : [...options]}
      value={id ?? null}
      onSearchChange={(text) => {
        onSearch(text === chosen?.label ? "" : text);
      }}
      onChange={(value) => {
        onChange(value ?? undefined);
      }}
    />
  );
}

function useTyped() {
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed, 200);
  return { search, setTyped };
}

/** A user of this server, found by name. */
export function UserSelect({ id, onChange }: Props) {
  const { search, setTyped } = useTyped();
  const { data } = useInfiniteQuery({
    ...usersQuery({ search: search || undefined }),
    placeholderData: keepPreviousData,
  });
  const one = userQuery(id ?? "");
  const { data: user } = useQuery({ ...one, queryFn: id === undefined ? skipToken : one.queryFn });
  const options = (data?.pages ?? [])
    .flatMap(({ items }) => items)
    .map((item) => ({ value: item.id, label: item.username }));
  return (
    <NameSelect
      label="Who"
      placeholder="Anybody"
      id={id}
      options={options}
      chosen={user && { value: user.id, label: user.username }}
      onSearch={setTyped}
      onChange={onChange}
    />
  );
}

/** A workspace of this server, found by name. */
export function WorkspaceSelect({ id, onChange }: Props) {
  const { search, setTyped } = useTyped();
  const { data } = useInfiniteQuery({
    ...workspacesQuery(search),
    placeholderData: keepPreviousData,
  });
  const one = workspaceQuery(id ?? "");
  const { data: workspace } = useQuery({
    ...one,
    queryFn: id === undefined ? skipToken : one.queryFn,
  });
  const options = (data?.pages ?? [])
    .flatMap(({ items }) => items)
    .map((item) => ({ value: item.id, label: item.name }));
  return (
    <NameSelect
      label="Workspace"
      placeholder="Any"
      id={id}
      options={options}
      chosen={workspace && { value: workspace.id, label: workspace.name }}
      onSearch={setTyped}
      onChange={onChange}
    />
  );
}
