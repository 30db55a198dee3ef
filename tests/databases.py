"""Databases that one test after the other uses: copying one outlasts most tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import LiteralString
from uuid import uuid4

import psycopg
from psycopg import sql

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
_OTHER_SCHEMAS = """
    SELECT nspname FROM pg_namespace
    WHERE nspname NOT LIKE 'pg_%' AND nspname NOT IN ('public', 'information_schema')
"""
_USED_SEQUENCES = "SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL"
_OTHER_CONNECTIONS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_NEVER_EMPTY = "alembic_version"

_idle: list[str] = []


@contextmanager
def lent_database(postgres_url: str, template: str) -> Iterator[str]:
    """The address of a database that is like the template; kept for later tests if it can be."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        if _idle:
            name = _idle.pop()
        else:
            name = f"test_{uuid4().hex}"
            connection.execute(_named("CREATE DATABASE {} TEMPLATE {}", name, template))
        yield on_database(postgres_url, name)
        if _is_emptied(on_database(postgres_url, name), on_database(postgres_url, template)):
            _idle.append(name)
        else:
            connection.execute(_named("DROP DATABASE {} WITH (FORCE)", name))


def drop_idle(postgres_url: str) -> None:
    """Drop what no test has any more."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        while _idle:
            connection.execute(_named("DROP DATABASE {} WITH (FORCE)", _idle.pop()))


def on_database(url: str, name: str) -> str:
    """The same server's address with another database."""
    parameters = psycopg.conninfo.conninfo_to_dict(url)
    user, host = parameters.get("user", "postgres"), parameters.get("host", "localhost")
    password = f":{parameters['password']}" if parameters.get("password") else ""
    return f"postgresql://{user}{password}@/{name}?host={host}&port={parameters.get('port', 5432)}"


def _is_emptied(url: str, template_url: str) -> bool:
    """Empty a database; False if others are still at it, or if it is not as it was made."""
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute(_OTHER_CONNECTIONS).fetchone() != (0,):
            return False
        tables = _column(connection, _TABLES)
        if tables != _tables_of(template_url):
            return False
        for schema in _column(connection, _OTHER_SCHEMAS):
            connection.execute(_named("DROP SCHEMA {} CASCADE", schema))
        used = _column(connection, _used_of(tables))
        if used:
            listed = sql.SQL(", ").join(map(sql.Identifier, used))
            connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(listed))
        for sequence in _column(connection, _USED_SEQUENCES):
            connection.execute(_named("ALTER SEQUENCE {} RESTART", sequence))
    return True


def _used_of(tables: list[str]) -> sql.Composed:
    """A query for those of the tables that have rows."""
    asked = sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})")
    return sql.SQL(" UNION ALL ").join(
        asked.format(table, sql.Identifier(table)) for table in tables if table != _NEVER_EMPTY
    )


@cache
def _tables_of(url: str) -> list[str]:
    with psycopg.connect(url, autocommit=True) as connection:
        return _column(connection, _TABLES)


def _column(connection: psycopg.Connection, query: sql.Composed | LiteralString) -> list[str]:
    return [value for (value,) in connection.execute(query)]


def _named(statement: LiteralString, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))
