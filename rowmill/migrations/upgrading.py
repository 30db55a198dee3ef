"""Bringing a database to the present schema."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from rowmill.db import advisory_lock, sqlalchemy_url
from rowmill.migrations.state import is_current


def configuration(database_url: str) -> Config:
    """Alembic's configuration for that database."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["database_url"] = sqlalchemy_url(database_url)
    return config


def upgrade(database_url: str) -> bool:
    """Bring the database to the newest revision; returns whether anything was to do.

    Several processes may call it at once: one works, the others wait.
    """
    if is_current(database_url):
        return False
    engine = create_engine(sqlalchemy_url(database_url), poolclass=NullPool)
    with advisory_lock(engine, "migrations"):
        command.upgrade(configuration(database_url), "head")
    return True
