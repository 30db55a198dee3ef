"""A key can be replaced while everything runs, and the old one is of no use afterwards."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import select

from rowmill.backups.sealed import examine
from rowmill.context import Context
from rowmill.db import transaction
from rowmill.encryption import KEY_FILE, SecretUnreadable, encryption_of
from rowmill.maintenance.service import clean_up
from rowmill.sealing import OWNERS, Owner, opened, rotated
from rowmill.settings import Settings
from tests.integration.imports.conftest import Inbox, inbox

__all__ = ["inbox"]


def make_secrets(inbox: Inbox) -> None:
    """A feed, a sync and a webhook, each with a secret."""
    inbox.load("goods", "id\n1\n", mode="upsert", key="id")
    feed = {
        "name": "In",
        "source": {"kind": "sftp", "host": "sftp.invalid", "username": "ann"},
        "secrets": {"password": "the feed's"},
        "paused": True,
    }
    sync = {
        "name": "Out",
        "dataset": "goods",
        "destination": {"kind": "http", "url": "https://shop.invalid", "auth": {"kind": "bearer"}},
        "secrets": {"token": "the-sync's"},
    }
    hook = {"name": "Hook", "url": "https://hooks.invalid/in", "events": ["*"]}
    for path, body in (("feeds", feed), ("syncs", sync), ("webhooks", hook)):
        answer = inbox.client.post(f"/api/{path}", json=body)
        assert answer.status_code == 201, answer.text


def all_opened(context: Context, settings: Settings) -> dict[str, object]:
    """What each of them keeps. Raises: SecretUnreadable."""
    found: dict[str, object] = {}
    with transaction(context.engine) as session:
        for table in OWNERS:
            owner = cast("Owner", session.scalars(select(table)).one())
            found[owner.__tablename__] = opened(encryption_of(settings), owner)
    return found


def with_key(settings: Settings, key: str) -> Settings:
    """The settings with keys from the environment."""
    return Settings(**{**settings.model_dump(), "encryption_key": key}, _env_file=None)


def test_a_rotation_seals_every_secret_anew_and_the_old_key_opens_none(
    tmp_path: Path, inbox: Inbox, context: Context, settings: Settings, database_url: str
) -> None:
    make_secrets(inbox)
    before = all_opened(context, settings)
    old = tmp_path / "before"
    old.mkdir()
    shutil.copy(settings.data_dir / KEY_FILE, old)

    sentences = list(rotated(settings, database_url))

    assert sentences[-1].startswith("3 secrets were sealed")
    assert all_opened(context, settings) == before
    assert before["feeds"] == {"password": "the feed's"}
    found = examine(settings, database_url)
    assert (found.count, found.older, found.unreadable) == (3, 0, {})
    with pytest.raises(SecretUnreadable):
        all_opened(context, settings.model_copy(update={"data_dir": old}))
    assert [*rotated(settings, database_url)][-1].startswith("3 secrets")
    assert all_opened(context, settings) == before


def test_what_an_older_key_of_the_settings_sealed_is_sealed_anew_every_night(
    inbox: Inbox, context: Context, settings: Settings, database_url: str
) -> None:
    make_secrets(inbox)
    before = all_opened(context, settings)
    made = (settings.data_dir / KEY_FILE).read_text()
    keys = f"the new key of this year,{made}"
    changed = with_key(settings, keys)
    night = Context.open(changed, database_url)
    clean_up(night)
    night.close()

    only_new = Settings(
        **{**settings.model_dump(), "encryption_key": keys.split(",", maxsplit=1)[0]},
        _env_file=None,
    )
    assert all_opened(context, only_new) == before


def test_secrets_of_a_lost_key_are_left_and_counted(
    inbox: Inbox, settings: Settings, database_url: str
) -> None:
    make_secrets(inbox)
    (settings.data_dir / KEY_FILE).write_text("another key, put there by a mistake")
    with pytest.raises(SecretUnreadable, match="3 secrets"):
        list(rotated(settings, database_url))
    assert examine(settings, database_url).unreadable == {"feeds": 1, "syncs": 1, "webhooks": 1}
