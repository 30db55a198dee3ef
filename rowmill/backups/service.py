"""Backing up while everything runs, and putting a backup back.

A backup is what one snapshot of the database shows: the database itself, and the objects of the
store that the snapshot names. Objects never change once they are written, so they may be copied
after the snapshot; that none of them is removed before, `db.KEEPING` sees to.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import psycopg
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from rowmill import __version__
from rowmill.backups import archive, database, outgoing
from rowmill.backups.archive import DATABASE, SECRET, STORE, Manifest, checked
from rowmill.db import KEEPING, advisory_lock, engine_for
from rowmill.errors import ConfigurationError
from rowmill.lake.inventory import stored_files
from rowmill.migrations.state import current_revision, newest_revision
from rowmill.models import Dataset, File, Operation, User, Workspace, now
from rowmill.settings import Settings
from rowmill.store import Store, open_store

KEPT_PREFIXES = ("files", "lake", "exports")

OnProgress = Callable[[int, int], None]
"""Called with the bytes that are done and those that there are."""


class NothingToBackUp(ConfigurationError):
    """The database is empty: nothing was ever kept here."""


class DataInTheWay(ConfigurationError):
    """There is data already. Add --force to replace all of it by the backup."""


class StillInUse(ConfigurationError):
    """Rowmill is running on this database. Stop it, then restore."""


class MadeByNewer(ConfigurationError):
    """The backup was made by a newer Rowmill. Install that version, then restore."""


@dataclass(frozen=True)
class _Inventory:
    """What one snapshot of the database names."""

    keys: list[str]
    counts: dict[str, int]


def back_up(
    settings: Settings, url: str, target: Path | IO[bytes], on_progress: OnProgress
) -> Manifest:
    """Write everything into the archive `target`, as it is at this moment.

    Raises: NothingToBackUp, DatabaseNotDumped.
    """
    if (revision := current_revision(url)) is None:
        raise NothingToBackUp
    store = open_store(settings)
    manifest = Manifest(__version__, revision, now().isoformat())
    engine = engine_for(url, pool_size=2)
    try:
        with advisory_lock(engine, KEEPING), archive.writing(target) as written:
            beside = target.parent if isinstance(target, Path) else None
            with tempfile.TemporaryDirectory(dir=beside) as folder:
                dump = Path(folder) / DATABASE
                inventory = _dumped(engine, url, store, dump)
                written.add_file(DATABASE, dump)
            _add_secret(settings, written)
            manifest.counts = inventory.counts
            manifest.missing = _add_objects(store, inventory.keys, written, on_progress)
            written.close(manifest)
    finally:
        engine.dispose()
    return manifest


def restore(
    settings: Settings,
    url: str,
    source: Path,
    on_progress: OnProgress,
    *,
    force: bool = False,
    resume: bool = False,
) -> Manifest:
    """Put a backup back: the objects first, then the database in one transaction.

    Whatever was there before is gone afterwards, where `force` allows it. What goes out by itself
    is paused, unless it is to `resume`. Raises: BrokenBackup, DataInTheWay, StillInUse,
    MadeByNewer, DatabaseNotDumped.
    """
    manifest = checked(source)
    if manifest.revision > newest_revision():
        raise MadeByNewer
    store = open_store(settings)
    earlier = {found.key for prefix in KEPT_PREFIXES for found in store.list(prefix)}
    _check_target(url, force=force, has_objects=bool(earlier))
    written: set[str] = set()
    try:
        with tempfile.TemporaryDirectory(dir=_scratch(settings)) as folder:
            dump = Path(folder) / DATABASE
            for key in _unpacked(settings, store, source, dump, manifest, on_progress):
                written.add(key)
            database.restore(url, dump, "" if resume else outgoing.PAUSE)
    except BaseException:
        for key in written - earlier:
            store.delete(key)
        raise
    for key in earlier - written:
        store.delete(key)
    return manifest


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Session]:
    """A session that sees the database as it is now, for as long as the block runs."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        with Session(connection) as session:
            yield session
        connection.rollback()


def _dumped(engine: Engine, url: str, store: Store, dump: Path) -> _Inventory:
    with _snapshot(engine) as session:
        name = session.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        inventory = _inventory(session, store)
        database.dump(url, name, dump)
    return inventory


def _inventory(session: Session, store: Store) -> _Inventory:
    """What is to be copied. Transfers under way and planned deliveries are not: they come and go
    while we copy, and are begun anew where they are missing.
    """
    workspaces = session.scalars(select(Workspace.id)).all()
    lake = {key for each in workspaces for key in stored_files(session, store, each)}
    originals = {file.object_key for file in session.scalars(select(File)) if not file.removed_at}
    results = {
        operation.result_key
        for operation in session.scalars(select(Operation))
        if operation.result_size_bytes is not None and operation.result_removed_at is None
    }
    datasets = select(func.count()).select_from(Dataset).where(Dataset.deleted_at.is_(None))
    counts = {
        "users": session.scalar(select(func.count()).select_from(User)) or 0,
        "workspaces": len(workspaces),
        "datasets": session.scalar(datasets) or 0,
        "originals": len(originals),
    }
    return _Inventory(sorted(lake | originals | results), counts)


def _add_secret(settings: Settings, written: archive.ArchiveWriter) -> None:
    path = settings.data_dir / SECRET
    if settings.secret_key is None and path.exists():
        written.add_file(SECRET, path)


def _add_objects(
    store: Store, keys: list[str], written: archive.ArchiveWriter, on_progress: OnProgress
) -> list[str]:
    """Copy the objects into the archive; returns the keys of those that are not there."""
    sizes = {
        found.key: found.size_bytes for prefix in KEPT_PREFIXES for found in store.list(prefix)
    }
    total, done = sum(sizes.get(key, 0) for key in keys), 0
    for key in keys:
        if key in sizes:
            written.add_pieces(STORE + key, sizes[key], store.read(key))
            done += sizes[key]
            on_progress(done, total)
    return [key for key in keys if key not in sizes]


def _check_target(url: str, *, force: bool, has_objects: bool) -> None:
    with psycopg.connect(url, application_name="rowmill restore") as connection:
        if database.has_foreign_tables(connection):
            raise DataInTheWay("The database holds tables of another program. Use an empty one.")
        if (others := _other_connections(connection)) > 0:
            raise StillInUse(
                f"The database has {others} other connections: stop `rowmill serve` and every "
                "worker, then restore."
            )
        has_rows = _has_rows(connection)
    if (has_rows or has_objects) and not force:
        raise DataInTheWay


def _has_rows(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    exists = connection.execute("SELECT to_regclass('public.users') IS NOT NULL").fetchone()
    if not exists or not exists[0]:
        return False
    return connection.execute("SELECT 1 FROM public.users LIMIT 1").fetchone() is not None


def _other_connections(connection: psycopg.Connection[tuple[object, ...]]) -> int:
    row = connection.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    ).fetchone()
    return int(str(row[0])) if row else 0


def _scratch(settings: Settings) -> Path:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return settings.data_dir


def _unpacked(
    settings: Settings,
    store: Store,
    source: Path,
    dump: Path,
    manifest: Manifest,
    on_progress: OnProgress,
) -> Iterator[str]:
    """Put every member where it belongs; yields the keys of the objects that are written."""
    done = 0
    for name, size_bytes, content in archive.members(source):
        if name == DATABASE:
            with dump.open("wb") as file:
                while piece := content.read(archive.READ_BYTES):
                    file.write(piece)
        elif name == SECRET:
            _put_secret(settings.data_dir / SECRET, content.read())
        elif name.startswith(STORE):
            key = name.removeprefix(STORE)
            draft = store.draft(size_bytes)
            try:
                while piece := content.read(archive.READ_BYTES):
                    draft.write(piece)
                draft.finish(key)
            except BaseException:
                draft.abort()
                raise
            yield key
        done += size_bytes
        on_progress(done, manifest.size_bytes)


def _put_secret(path: Path, secret: bytes) -> None:
    draft = path.with_name(f"{path.name}.restored")
    draft.touch(mode=0o600)
    draft.write_bytes(secret)
    draft.replace(path)


def check_source(settings: Settings) -> None:
    """Raises: NothingToBackUp where no database is named, and there is none of our own."""
    if settings.database_url is None and not (settings.data_dir / "postgres").exists():
        raise NothingToBackUp(f"There is no data in {settings.data_dir}: name it by --data-dir.")


@contextmanager
def spooled(source: IO[bytes], settings: Settings) -> Iterator[Path]:
    """A stream as a file, for as long as the block runs: an archive is read twice."""
    with tempfile.TemporaryDirectory(dir=_scratch(settings)) as folder:
        path = Path(folder) / "backup.tar"
        with path.open("wb") as file:
            shutil.copyfileobj(source, file, archive.READ_BYTES)
        yield path


def target_for(target: Path) -> Path | IO[bytes]:
    """Where to write: standard output for `-`, the file of that name, or in a folder of that name
    a file named by the time.

    Raises: ConfigurationError.
    """
    if str(target) == "-":
        return sys.stdout.buffer
    if target.is_dir():
        return target / f"rowmill-{datetime.now(UTC):%Y%m%d-%H%M%S}.tar"
    if not target.parent.is_dir():
        raise ConfigurationError(f"There is no folder {target.parent} to write the backup into.")
    return target
