import { IconFiles, IconSearchOff } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { ForEditors } from "@/components/ForEditors";
import { LinkAnchor } from "@/components/links";
import list from "@/components/listTable.module.css";
import { PagedItems } from "@/components/PagedItems";
import { SearchField } from "@/components/SearchField";
import { ShowCurl } from "@/components/ShowCurl";
import { StateMessage } from "@/components/StateMessage";
import { FileRow } from "@/features/feeds/FileRow";
import {
  BUSY_MS,
  feedFilesPath,
  feedFilesQuery,
  feedQuery,
  type FilesFilter,
} from "@/features/feeds/feedQueries";
import styles from "@/features/feeds/feeds.module.css";
import { StateFilter } from "@/features/feeds/StateFilter";
import { toFileState, unruledWords } from "@/features/feeds/words";

const route = getRouteApi("/app/feeds/$id/");

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <StateMessage icon={<IconSearchOff size={22} stroke={1.6} />} title="No file matches">
        <p>None of the files that this feed has seen is like that.</p>
      </StateMessage>
    );
  }
  return (
    <StateMessage icon={<IconFiles size={22} stroke={1.6} />} title="No files yet">
      <p>Files are listed here once a run has seen them. The preview shows what it would take.</p>
    </StateMessage>
  );
}

interface TableProps {
  id: string;
  filter: FilesFilter;
  isRunning: boolean;
  /** The file whose details are shown. */
  open: string | undefined;
  onOpen: (fileId: string | undefined) => void;
}

function FileTable({ id, filter, isRunning, open, onOpen }: TableProps) {
  const found = useInfiniteQuery({
    ...feedFilesQuery(id, filter),
    refetchInterval: isRunning && BUSY_MS,
  });
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  return (
    <PagedItems list={found} label="files" empty={<Nothing isFiltered={isFiltered} />}>
      {(files) => (
        <div className={list.card}>
          <table className={`${list.table} ${styles.files}`} aria-label="Files of the feed">
            <thead>
              <tr>
                <th scope="col">File</th>
                <th scope="col">State</th>
                <th scope="col">Dataset</th>
                <th scope="col" data-number data-extra>
                  Rows
                </th>
                <th scope="col" data-number data-extra>
                  Size
                </th>
                <th scope="col" data-extra>
                  Changed there
                </th>
                <th scope="col" data-extra>
                  Seen
                </th>
              </tr>
            </thead>
            <tbody>
              {files.map((file) => (
                <FileRow
                  key={file.id}
                  feedId={id}
                  file={file}
                  isOpen={file.id === open}
                  onToggle={(isOpen) => onOpen(isOpen ? file.id : undefined)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </PagedItems>
  );
}

/** The remote files that the feed has seen, and what became of each. */
export function FilesTab() {
  const { id } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data } = useQuery(feedQuery(id));
  const filter: FilesFilter = { state: toFileState(search.state), search: search.search };
  const unrecognised = data?.feed.files.unrecognised ?? 0;
  const change = (part: typeof search) => {
    void navigate({ search: (old) => ({ ...old, ...part }), replace: true, resetScroll: false });
  };
  return (
    <>
      <div className={styles.toolbar}>
        <SearchField
          label="Search files"
          width={240}
          value={search.search ?? ""}
          onChange={(text) => change({ search: text })}
        />
        <StateFilter
          counts={data?.feed.files ?? {}}
          value={filter.state}
          onChange={(state) => change({ state })}
        />
      </div>
      {unrecognised > 0 && (
        <p className={styles.hint}>
          {unruledWords(unrecognised)}
          <ForEditors>
            {" "}
            <LinkAnchor to="/feeds/$id/edit" params={{ id }} inherit>
              Add a rule
            </LinkAnchor>
          </ForEditors>
        </p>
      )}
      <FileTable
        id={id}
        filter={filter}
        isRunning={data?.feed.running ?? false}
        open={search.file}
        onOpen={(file) => change({ file })}
      />
      <ShowCurl label="the files" path={feedFilesPath(id, filter)} />
    </>
  );
}
