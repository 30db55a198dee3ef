"""The key of the secrets is no part of a backup, and whoever restores one is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rowmill import doctor
from rowmill.backups.sealed import examine
from rowmill.encryption import KEY_FILE
from rowmill.settings import Settings
from tests.integration.backups.conftest import MakeSite, Site
from tests.integration.imports.conftest import Inbox


def make_webhook(inbox: Inbox) -> None:
    body = {"name": "Hook", "url": "https://hooks.invalid/in", "events": ["*"]}
    inbox.client.post("/api/webhooks", json=body).raise_for_status()


def test_after_a_restore_elsewhere_the_key_is_asked_for_until_it_is_copied(
    tmp_path: Path, inbox: Inbox, here: Site, make_site: MakeSite
) -> None:
    inbox.load("orders", "a\n1\n")
    make_webhook(inbox)
    key = here.settings.data_dir / KEY_FILE
    here.back_up(tmp_path / "all.tar")
    assert key.read_bytes() not in (tmp_path / "all.tar").read_bytes()
    assert examine(here.settings, here.url).complaint == ""

    there = make_site("there")
    there.restore(tmp_path / "all.tar")

    found = examine(there.settings, there.url)
    assert "secrets of 1 webhooks were sealed by a key that is not here" in found.complaint
    assert f"Copy {KEY_FILE}" in found.complaint
    shutil.copy(key, there.settings.data_dir / KEY_FILE)
    assert examine(there.settings, there.url).complaint == ""


def test_the_doctor_sees_secrets_that_no_key_opens(
    inbox: Inbox, here: Site, settings: Settings
) -> None:
    make_webhook(inbox)
    on_database = settings.model_copy(update={"database_url": here.url})
    (check,) = (one for one in doctor.examine(on_database) if one.name == "Secrets")
    assert (check.is_fine, check.finding) == (True, "1 sealed; all can be opened")

    (settings.data_dir / KEY_FILE).write_text("another key, put there by a mistake")
    (check,) = (one for one in doctor.examine(on_database) if one.name == "Secrets")
    assert not check.is_fine
    assert "1 webhooks" in check.finding


def test_a_rotated_key_is_seen_as_such(inbox: Inbox, here: Site, settings: Settings) -> None:
    make_webhook(inbox)
    old = (settings.data_dir / KEY_FILE).read_text()
    rotated = Settings(
        data_dir=settings.data_dir, encryption_key=f"the new key of this year,{old}", _env_file=None
    )
    found = examine(rotated, here.url)
    assert (found.count, found.older, found.unreadable) == (1, 1, {})


@pytest.mark.parametrize(
    ("changed", "is_fine", "finding"),
    [
        ({}, True, "no private hosts allowed; no mail server"),
        ({"allow_private_hosts": ("10.0.0.0/33",)}, False, "ROWMILL_ALLOW_PRIVATE_HOSTS"),
        ({"smtp_host": "mail.lan"}, True, "mail by mail.lan from Rowmill <rowmill@localhost>"),
        ({"smtp_host": "mail.lan", "mail_from": "nobody"}, False, "ROWMILL_MAIL_FROM"),
    ],
)
def test_the_doctor_reads_the_settings_of_connections(
    here: Site,
    settings: Settings,
    changed: dict[str, object],
    is_fine: bool,  # noqa: FBT001 - what is expected
    finding: str,
) -> None:
    chosen = settings.model_copy(update={"database_url": here.url, **changed})
    (check,) = (one for one in doctor.examine(chosen) if one.name == "Connections")
    assert check.is_fine is is_fine
    assert finding in check.finding
