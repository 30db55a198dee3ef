"""The schema that the migrations make is the one that the models describe."""

from __future__ import annotations

from alembic import command

from rowmill.migrations.state import current_revision, is_current, newest_revision
from rowmill.migrations.upgrading import configuration, upgrade


def test_models_and_migrations_agree(database_url: str) -> None:
    command.check(configuration(database_url))  # raises where a migration is missing


def test_a_migrated_database_is_known_as_such_without_loading_alembic(database_url: str) -> None:
    assert current_revision(database_url) == newest_revision()
    assert is_current(database_url)
    assert upgrade(database_url) is False


def test_an_empty_database_needs_everything(postgres_url: str) -> None:
    assert current_revision(postgres_url) is None
    assert not is_current(postgres_url)
