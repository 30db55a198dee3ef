"""An installation with some data, and empty ones to restore it into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from fastapi.testclient import TestClient

from rowmill.app import create_app
from rowmill.backups import service
from rowmill.backups.archive import Manifest
from rowmill.context import Context
from rowmill.settings import Settings
from tests.databases import on_database
from tests.integration.imports.conftest import inbox
from tests.queueing import drain

__all__ = ["inbox"]


@dataclass
class Site:
    """An installation that nothing runs on: a database and a data folder."""

    settings: Settings
    url: str

    def back_up(self, target: Path) -> Manifest:
        return service.back_up(self.settings, self.url, target, lambda _done, _total: None)

    def restore(self, source: Path, *, force: bool = False) -> Manifest:
        return service.restore(
            self.settings, self.url, source, lambda _done, _total: None, force=force
        )

    @contextmanager
    def running(self) -> Iterator[TestClient]:
        """The server on it, as long as the block runs."""
        with TestClient(create_app(self.settings, self.url)) as client:
            yield client

    def work(self) -> None:
        """Do every job that waits."""
        context = Context.open(self.settings, self.url)
        drain(self.url, context)
        context.close()

    def objects(self) -> set[str]:
        """The keys of what is in the folder of the store."""
        root = Path(self.settings.storage)
        return {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()}

    def tables(self) -> set[tuple[str, str]]:
        """Every table of the database that is not PostgreSQL's own."""
        with psycopg.connect(self.url) as connection:
            return set(
                connection.execute(
                    "SELECT schemaname, tablename FROM pg_tables"
                    " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
                ).fetchall()
            )

    def rows(self) -> dict[tuple[str, str], list[str]]:
        """Every row of every table, as text, in one order."""
        with psycopg.connect(self.url) as connection:
            return {
                (schema, table): sorted(
                    str(row[0])
                    for row in connection.execute(
                        f'SELECT t::text FROM "{schema}"."{table}" AS t'.encode()
                    )
                )
                for schema, table in self.tables()
            }


MakeSite = Callable[[str], Site]


@pytest.fixture
def make_site(tmp_path: Path, postgres_url: str) -> Iterator[MakeSite]:
    """Makes an installation with an empty database and no data folder yet."""
    made: list[str] = []

    def make(name: str) -> Site:
        database = f"site_{uuid4().hex}"
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}"'.encode())
        made.append(database)
        settings = Settings(data_dir=tmp_path / name, min_free_bytes=0, _env_file=None)
        return Site(settings, on_database(postgres_url, database))

    yield make
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for database in made:
            connection.execute(f'DROP DATABASE "{database}" WITH (FORCE)'.encode())


@pytest.fixture
def here(settings: Settings, database_url: str) -> Site:
    """The installation that `inbox` works on."""
    return Site(settings, database_url)


def everything(client: TestClient | httpx.Client, auth: tuple[str, str]) -> dict[str, Any]:
    """Every row of every dataset at every version, and every original, as a user reads them."""
    found: dict[str, Any] = {}
    for dataset in client.get("/api/datasets", auth=auth).raise_for_status().json()["items"]:
        slug = dataset["slug"]
        for version in client.get(f"/api/datasets/{slug}/versions", auth=auth).json()["items"]:
            number = version["version"]
            answer = client.get(
                f"/api/datasets/{slug}/export", params={"as_of": number}, auth=auth
            ).raise_for_status()
            found[f"{slug}@{number}"] = sorted(answer.text.splitlines())
    for run in client.get("/api/imports", auth=auth).raise_for_status().json()["items"]:
        file = client.get(f"/api/files/{run['file']['id']}/download", auth=auth).raise_for_status()
        found[f"original of {run['id']}"] = file.content
        found[f"import {run['id']}"] = (run["status"], run["receipt"])
        rejects = client.get(f"/api/imports/{run['id']}/rejects", auth=auth).json()["items"]
        found[f"rejects of {run['id']}"] = rejects
    return found


def some_rows(count: int, seed: int = 0) -> str:
    """A CSV of that many rows."""
    lines = [f"{seed + i:08},city {i % 7},{i * 37 % 1000}.{i % 100:02}" for i in range(count)]
    return "\n".join(["id,city,amount", *lines]) + "\n"
