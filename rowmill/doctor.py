"""`rowmill doctor`: looks at everything an installation needs, and says what it found."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

import duckdb
import psycopg

from rowmill import mail
from rowmill.app import WEB_APP
from rowmill.backups import database as database_programs
from rowmill.backups import sealed
from rowmill.errors import ConfigurationError, RowmillError
from rowmill.lake.instance import extension_file
from rowmill.migrations.state import current_revision, newest_revision
from rowmill.mill import quote_literal
from rowmill.outbound import check_private_hosts
from rowmill.processes import database
from rowmill.settings import Settings
from rowmill.store import open_store

OLDEST_POSTGRES = 140000


@dataclass(frozen=True)
class Check:
    """One thing looked at."""

    name: str
    is_fine: bool
    finding: str


def examine(settings: Settings) -> list[Check]:
    """Every check, in the order in which one depends on another."""
    with ExitStack() as stack:
        url: list[str] = []

        def connect() -> str:
            url.append(stack.enter_context(database(settings)))
            return _database(url[0])

        checks = [
            _check("Python", _python),
            _check("DuckDB", _duckdb),
            _check("PostgreSQL", connect),
        ]
        if url:
            checks.append(_check("Schema", partial(_schema, url[0])))
            if checks[-1].is_fine:
                checks.append(_check("Workers", partial(_workers, url[0])))
                checks.append(_check("Secrets", partial(_secrets, settings, url[0])))
            checks.append(_check("Backups", partial(_backups, url[0])))
        return [
            *checks,
            _check("Object store", partial(_store, settings)),
            _check("Connections", partial(_connections, settings)),
            _check("Disk space", partial(_space, settings)),
            _check("Web app", _web_app),
        ]


def _check(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, is_fine=True, finding=look())
    except (RowmillError, psycopg.Error, duckdb.Error, OSError) as error:
        return Check(name, is_fine=False, finding=str(error).strip())


def _python() -> str:
    return ".".join(map(str, sys.version_info[:3]))


def _duckdb() -> str:
    with duckdb.connect(":memory:") as connection:
        for name in ("postgres_scanner", "ducklake", "httpfs"):
            connection.execute(f"LOAD {quote_literal(str(extension_file(name)))}")
    return f"{duckdb.__version__}, with its extensions"


def _database(url: str) -> str:
    with psycopg.connect(url, connect_timeout=10) as connection:
        if connection.info.server_version < OLDEST_POSTGRES:
            raise ConfigurationError("PostgreSQL 14 or newer is needed.")
        return str(connection.info.server_version // 10000)


def _schema(url: str) -> str:
    current, head = current_revision(url), newest_revision()
    if current != head:
        raise ConfigurationError(f"At {current or 'nothing'}, not {head}: run `rowmill migrate`.")
    return f"up to date ({head})"


def _workers(url: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM procrastinate_workers"
            " WHERE last_heartbeat > now() - '10 s'::interval"
        ).fetchone()
    count = row[0] if row else 0
    return f"{count} alive" + ("" if count else " (start some with `rowmill serve` or `worker`)")


def _backups(url: str) -> str:
    return f"{database_programs.version(url)} can be run"


def _secrets(settings: Settings, url: str) -> str:
    found = sealed.examine(settings, url)
    if found.complaint:
        raise ConfigurationError(found.complaint)
    older = f", {found.older} by an older key" if found.older else ""
    return f"{found.count} sealed{older}; all can be opened"


def _connections(settings: Settings) -> str:
    """What the settings say about going out: hosts of the private network, and mail."""
    check_private_hosts(settings)
    allowed = len(settings.allow_private_hosts)
    hosts = f"{allowed} private hosts allowed" if allowed else "no private hosts allowed"
    if not mail.is_configured(settings):
        return f"{hosts}; no mail server"
    return f"{hosts}; mail by {settings.smtp_host} from {mail.sender_of(settings)}"


def _store(settings: Settings) -> str:
    store = open_store(settings)
    draft = store.draft()
    draft.write(b"rowmill doctor")
    draft.finish("doctor/probe")
    content = b"".join(store.read("doctor/probe"))
    store.delete("doctor/probe")
    if content != b"rowmill doctor":
        raise ConfigurationError("What was written did not come back.")
    return f"{store.root} can be written and read"


def _space(settings: Settings) -> str:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.data_dir).free
    if free < settings.min_free_bytes:
        raise ConfigurationError(f"Only {free / 1e9:.1f} GB free: uploads will be refused.")
    return f"{free / 1e9:.1f} GB free"


def _web_app() -> str:
    if not (WEB_APP / "index.html").exists():
        raise ConfigurationError("Not built: run `make install` (or install a released wheel).")
    return "built"
