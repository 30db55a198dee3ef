from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rowmill.encryption import KEY_FILE, Encryption, SecretUnreadable, encryption_of
from rowmill.errors import ConfigurationError
from rowmill.settings import Settings

OLD, NEW = b"the key of last year", b"the key of this year"


@given(secret=st.text(), purpose=st.text(st.characters(codec="utf-8")))
def test_a_sealed_secret_opens_again(secret: str, purpose: str) -> None:
    try:
        secret.encode()
    except UnicodeEncodeError:
        return
    encryption = Encryption(NEW)
    assert encryption.open(encryption.seal(secret, purpose=purpose), purpose=purpose) == secret


def test_a_sealed_secret_shows_nothing_of_it_and_never_looks_the_same() -> None:
    encryption = Encryption(NEW)
    first, second = (encryption.seal("hunter2", purpose="feed") for _ in range(2))
    assert first != second
    assert "hunter2" not in first


def test_a_secret_copied_to_another_row_does_not_open_there() -> None:
    encryption = Encryption(NEW)
    sealed = encryption.seal("hunter2", purpose="feed:1")
    with pytest.raises(SecretUnreadable):
        encryption.open(sealed, purpose="feed:2")


@pytest.mark.parametrize("broken", ["", "v1", "v1.x.y", "v2.00000000.AAAA", "ünreadable"])
def test_what_was_never_sealed_is_unreadable_and_not_a_crash(broken: str) -> None:
    encryption = Encryption(NEW)
    assert not encryption.has_key(broken)
    with pytest.raises(SecretUnreadable):
        encryption.open(broken, purpose="feed")


@pytest.mark.parametrize("end", ["A", "", "é"])
def test_a_changed_secret_is_refused(end: str) -> None:
    encryption = Encryption(NEW)
    sealed = encryption.seal("hunter2", purpose="feed")
    with pytest.raises(SecretUnreadable):
        encryption.open(sealed[:-9] + end, purpose="feed")


def test_after_a_rotation_the_new_key_seals_and_the_old_one_still_opens() -> None:
    sealed = Encryption(OLD).seal("hunter2", purpose="feed")
    both, only_new = Encryption(NEW, OLD), Encryption(NEW)

    assert both.open(sealed, purpose="feed") == "hunter2"
    assert not both.is_current(sealed)
    assert only_new.open(both.seal("hunter3", purpose="feed"), purpose="feed") == "hunter3"
    assert not only_new.has_key(sealed)
    with pytest.raises(SecretUnreadable, match="Enter the secret again"):
        only_new.open(sealed, purpose="feed")


def test_a_key_is_made_for_its_owner_alone_and_kept(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, _env_file=None)
    sealed = encryption_of(settings).seal("hunter2", purpose="feed")

    assert encryption_of(settings).open(sealed, purpose="feed") == "hunter2"
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600


def test_the_keys_of_the_environment_are_split_at_commas(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROWMILL_ENCRYPTION_KEY", f"{NEW.decode()}, {OLD.decode()}")
    encryption = encryption_of(Settings(data_dir=tmp_path, _env_file=None))

    sealed = Encryption(OLD).seal("hunter2", purpose="feed")
    assert encryption.open(sealed, purpose="feed") == "hunter2"
    assert not (tmp_path / KEY_FILE).exists()


@pytest.mark.parametrize("key", ["", ",", "short", f"{NEW.decode()},short"])
def test_a_key_that_could_be_guessed_is_refused(tmp_path: Path, key: str) -> None:
    settings = Settings(data_dir=tmp_path, encryption_key=key, _env_file=None)
    with pytest.raises(ConfigurationError, match="at least 16 characters"):
        encryption_of(settings)
