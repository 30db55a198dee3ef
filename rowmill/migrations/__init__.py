"""The database's schema, step by step. Shipped in the wheel and applied by `rowmill migrate`."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from rowmill.db import advisory_lock, sqlalchemy_url


def configuration(database_url: str) -> Config:
    """Alembic's configuration for that database."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["database_url"] = sqlalchemy_url(database_url)
    return config


def revisions(database_url: str) -> tuple[str | None, str | None]:
    """The revision the database is at, and the newest there is."""
    head = ScriptDirectory.from_config(configuration(database_url)).get_current_head()
    engine = create_engine(sqlalchemy_url(database_url), poolclass=NullPool)
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision(), head


def upgrade(database_url: str) -> bool:
    """Bring the database to the newest revision; returns whether anything was to do.

    Several processes may call it at once: one works, the others wait.
    """
    current, head = revisions(database_url)
    if current == head:
        return False
    engine = create_engine(sqlalchemy_url(database_url), poolclass=NullPool)
    with advisory_lock(engine, "migrations"):
        command.upgrade(configuration(database_url), "head")
    return True
