"""Fixtures of all tests: one PostgreSQL, a database of its own for each test, the app on it."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast
from uuid import uuid4

import hypothesis
import psycopg
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rowmill.app import create_app
from rowmill.context import Context
from rowmill.lake import instance
from rowmill.migrations.upgrading import upgrade
from rowmill.postgres import EmbeddedPostgres
from rowmill.settings import Settings
from tests.databases import drop_idle, lent_database, on_database
from tests.duckdbs import lend
from tests.queueing import drain

hypothesis.settings.register_profile("rowmill", deadline=None)  # no test asserts a time
hypothesis.settings.load_profile("rowmill")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the slow ones: side by side with the others, they take no time of their own."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """What is there before the first test is no garbage, and need not be looked through."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def reused_duckdbs() -> Iterator[None]:
    """Contexts take their DuckDB from those that earlier tests have let go of."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(instance, "open_duckdb", lend)
        yield


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server: the one named by ROWMILL_TEST_DATABASE_URL, or one of our own."""
    given = os.environ.get("ROWMILL_TEST_DATABASE_URL")
    if given:
        yield given
        return
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres"))
    url = server.start()
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")  # its data need not survive
        connection.execute("SELECT pg_reload_conf()")
    yield url
    server.stop()


@pytest.fixture(scope="session")
def template_database(postgres_url: str) -> Iterator[str]:
    """The name of a database that the real migrations made, to be copied."""
    name = f"template_{uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    upgrade(on_database(postgres_url, name))
    yield name
    drop_idle(postgres_url)


@pytest.fixture
def database_url(postgres_url: str, template_database: str) -> Iterator[str]:
    """An empty, migrated database for one test."""
    with lent_database(postgres_url, template_database) as url:
        yield url


@pytest.fixture(scope="module")
def module_database_url(postgres_url: str, template_database: str) -> Iterator[str]:
    """An empty, migrated database for the tests of one module."""
    with lent_database(postgres_url, template_database) as url:
        yield url


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings that keep everything in the test's folder and read no environment."""
    return Settings(
        data_dir=tmp_path / "data",
        min_free_bytes=0,
        _env_file=None,
    )


@pytest.fixture
def context(settings: Settings, database_url: str) -> Iterator[Context]:
    """What a server process holds."""
    context = Context.open(settings, database_url)
    yield context
    context.close()


@pytest.fixture
def client(settings: Settings, database_url: str) -> Iterator[TestClient]:
    """The app, started, with nobody signed in."""
    app = create_app(settings, database_url)
    with TestClient(app, base_url="http://testserver") as client:
        yield client


@pytest.fixture
def work(client: TestClient, database_url: str) -> Iterator[Callable[[], None]]:
    """Does every job that waits, as a worker would, with a context of its own."""
    application = cast("FastAPI", client.app)
    context = Context.open(application.state.context.settings, database_url)
    yield lambda: drain(database_url, context)
    context.close()
