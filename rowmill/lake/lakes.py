from __future__ import annotations

import itertools
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

from rowmill.db import advisory_lock, engine_for
from rowmill.lake import changes
from rowmill.lake.cache import BoundedCache
from rowmill.lake.catalog import Catalog
from rowmill.lake.instance import Instance
from rowmill.lake.layouts import LayoutCache, WorkspaceLayouts
from rowmill.lake.reading import Reader
from rowmill.lake.staging import lake_folder, staging_folder
from rowmill.lake.writing import Writer
from rowmill.mill import quote_literal
from rowmill.models import catalog_name
from rowmill.settings import Settings
from rowmill.store import Store

CATALOG_POOL = 5  # connections for direct questions to the catalogs
LOCK_POOL = 10  # connections that hold commit locks; as many again on demand
LAYOUT_FILES = 50_000  # files whose place is remembered, over all versions in use


class Lakes:
    """Every workspace's lake, as one process sees them. Safe to use from any thread.

    Catalogs are attached on first use and stay attached; above `settings.open_workspaces` the
    one unused for longest is let go. `results` keeps what was computed from versions, by weight
    in bytes.
    """

    def __init__(self, settings: Settings, database_url: str, store: Store) -> None:
        """Contacts nothing and starts nothing yet."""
        self.settings = settings
        self.store = store
        self._database_url = database_url
        self._engine = engine_for(database_url, pool_size=CATALOG_POOL)
        # Of their own, or those who wait for a lock would leave its holder no connection.
        self._lock_engine = engine_for(database_url, pool_size=LOCK_POOL)
        self._turns: WeakValueDictionary[UUID, _Turn] = WeakValueDictionary()
        self._numbers = itertools.count(1)
        self._attachments: OrderedDict[UUID, _Attachment] = OrderedDict()
        self._lock = threading.Lock()
        self._layouts = LayoutCache(LAYOUT_FILES)
        self.results: BoundedCache[Any] = BoundedCache(settings.query_cache_bytes)

    def catalog(self, workspace_id: UUID) -> Catalog:
        """Direct questions to the workspace's catalog."""
        return Catalog(self._engine, workspace_id)

    @contextmanager
    def reader(
        self, workspace_id: UUID, *, timeout_seconds: float | None = None
    ) -> Iterator[Reader]:
        """A connection for reading.

        What runs on it is cancelled after `timeout_seconds`, by default the setting
        `query_timeout_seconds`; infinity means never. Raises, from within: QueryTimedOut,
        CursorExpired where a version is gone, ServiceUnavailable where the database is away or
        memory does not suffice.
        """
        if timeout_seconds is None:
            timeout_seconds = self.settings.query_timeout_seconds
        with self._attached(workspace_id) as alias:
            layouts = WorkspaceLayouts(self.catalog(workspace_id), self.store, alias, self._layouts)
            reader = Reader(self._instance.cursor(), alias, layouts, timeout_seconds)
            try:
                yield reader
            finally:
                reader.close()

    @contextmanager
    def changes(
        self,
        workspace_id: UUID,
        feed: changes.ChangeFeed,
        *,
        timeout_seconds: float | None = None,
    ) -> Iterator[tuple[Reader, str]]:
        """A connection for reading, and the FROM clause of a table's changes on it.

        Raises: CursorExpired where a version of the feed is no longer kept.
        """
        with self.reader(workspace_id, timeout_seconds=timeout_seconds) as reader:
            yield reader, changes.source(reader, self.catalog(workspace_id), feed)

    @contextmanager
    def writer(self, workspace_id: UUID) -> Iterator[Writer]:
        """The workspace's one writer: the block holds the workspace's commit lock.

        Write what the app's own tables say of the commit inside the block as well, so that both
        change in the same order.
        """
        with (
            self._turn(workspace_id).lock,  # within the process nobody waits with a connection
            advisory_lock(self._lock_engine, "lake", workspace_id),
            self._attached(workspace_id) as alias,
        ):
            cursor = self._instance.cursor()
            try:
                yield Writer(cursor, alias, self.catalog(workspace_id), self.store)
            finally:
                cursor.close()

    def collect_orphans(self, workspace_id: UUID, *, older_than: timedelta) -> int:
        """Delete Parquet files that no version knows; returns how many there were.

        Files in the making are unknown too: `older_than` has to exceed the longest import.
        """
        if not self.catalog(workspace_id).is_prepared():
            return 0
        with self.writer(workspace_id) as writer:
            return writer.collect_orphans(older_than=older_than)

    def remove_staging(
        self, workspace_id: UUID, table_name: str, import_id: UUID, *, attempts: int
    ) -> None:
        """Remove what attempts at an import have staged, except the files that the lake uses.

        An append or a replacement hands its files over; an upsert does so only into an empty
        table.
        """
        in_use = self._paths(workspace_id, table_name)
        for attempt in range(1, attempts + 1):
            folder = staging_folder(workspace_id, table_name, import_id, attempt)
            if not any(f"{folder.rsplit('/', 1)[-1]}/" in path for path in in_use):
                self.store.delete_folder(folder)

    def _paths(self, workspace_id: UUID, table_name: str) -> set[str]:
        catalog = self.catalog(workspace_id)
        if not catalog.is_prepared():  # nothing was ever committed in this workspace
            return set()
        return {file.path for file in catalog.data_files(table_name, catalog.latest_version())}

    def close(self) -> None:
        """Let go of every catalog, and of DuckDB."""
        with self._lock:
            self._attachments.clear()
            if "_instance" in self.__dict__:
                self._instance.close()
                del self.__dict__["_instance"]
        self._engine.dispose()
        self._lock_engine.dispose()

    def attached_workspaces(self) -> list[UUID]:
        """The workspaces whose catalogs are attached, the one unused for longest first."""
        with self._lock:
            return list(self._attachments)

    @cached_property
    def _instance(self) -> Instance:
        return Instance(self.settings)

    def _turn(self, workspace_id: UUID) -> _Turn:
        with self._lock:
            turn = self._turns.get(workspace_id)
            if turn is None:
                turn = self._turns[workspace_id] = _Turn()
            return turn

    @contextmanager
    def _attached(self, workspace_id: UUID) -> Iterator[str]:
        """The alias of the workspace's catalog, which stays attached during the block."""
        attachment = self._borrow(workspace_id)
        try:
            with attachment.lock:
                if not attachment.is_ready:
                    self._attach(workspace_id, attachment.alias)
                    attachment.is_ready = True
            yield attachment.alias
        finally:
            self._give_back(workspace_id, attachment)

    def _borrow(self, workspace_id: UUID) -> _Attachment:
        with self._lock:
            self._instance  # noqa: B018 - made here, under the lock, by whoever comes first
            attachment = self._attachments.get(workspace_id)
            if attachment is None:
                # Never a name twice: a catalog that is being let go may still hold the last one.
                alias = f"{catalog_name(workspace_id)}_{next(self._numbers)}"
                attachment = self._attachments[workspace_id] = _Attachment(alias)
            attachment.users += 1
            self._attachments.move_to_end(workspace_id)
        return attachment

    def _give_back(self, workspace_id: UUID, attachment: _Attachment) -> None:
        with self._lock:
            attachment.users -= 1
            if not attachment.is_ready and not attachment.users:
                self._attachments.pop(workspace_id, None)
            surplus = self._surplus()
        for alias in surplus:
            self._instance.execute(f"DETACH {alias}")

    def _surplus(self) -> list[str]:
        """Take out the attachments above the bound that nobody uses; returns their aliases."""
        count = len(self._attachments) - self.settings.open_workspaces
        idle = (key for key, value in self._attachments.items() if not value.users)
        return [
            self._attachments.pop(key).alias for key in list(itertools.islice(idle, max(count, 0)))
        ]

    def _attach(self, workspace_id: UUID, alias: str) -> None:
        catalog = self.catalog(workspace_id)
        statement = self._attach_statement(workspace_id, alias)
        if catalog.is_prepared():
            self._instance.execute(statement)
            return
        with advisory_lock(self._engine, "lake-creation", workspace_id):
            self._instance.execute(statement)
            # For good, in the catalog: rewriting inlined rows gives wrong old versions.
            self._instance.execute(f"CALL {alias}.set_option('data_inlining_row_limit', 0)")

    def _attach_statement(self, workspace_id: UUID, alias: str) -> str:
        catalog = catalog_name(workspace_id)
        folder = f"{self.store.uri(lake_folder(workspace_id)).rstrip('/')}/"
        # Both schema options: without META_SCHEMA attaching reads every workspace's tables.
        # The path in the catalog is the one of its creation; where the store lies is ours to say.
        return (
            f"ATTACH {quote_literal(f'ducklake:postgres:{self._database_url}')} AS {alias} ("
            f"DATA_PATH {quote_literal(folder)}, OVERRIDE_DATA_PATH true, "
            f"METADATA_SCHEMA {quote_literal(catalog)}, META_SCHEMA {quote_literal(catalog)})"
        )


class _Turn:
    """Whose turn it is, among the threads of this process, to write to a workspace's lake."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


class _Attachment:
    """A catalog that is attached, or about to be. `lock` is held while it is attached."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self.users = 0
        self.is_ready = False
        self.lock = threading.Lock()
