from __future__ import annotations

import time
import unicodedata
from uuid import uuid4

import pytest
from argon2 import PasswordHasher

from rowmill.accounts.passwords import (
    RememberedPassword,
    RememberedPasswords,
    hash_password,
    is_outdated,
    verify_password,
)


def test_only_the_hashed_password_is_right() -> None:
    hashed = hash_password("correct horse")

    assert verify_password(hashed, "correct horse")
    assert not verify_password(hashed, "Correct horse")
    assert not verify_password(hashed, "")


def test_equal_passwords_have_different_hashes() -> None:
    assert hash_password("correct horse") != hash_password("correct horse")


def test_letters_may_be_composed_by_any_keyboard() -> None:
    composed, decomposed = (unicodedata.normalize(form, "pässwörd") for form in ("NFC", "NFD"))

    assert composed != decomposed
    assert verify_password(hash_password(composed), decomposed)


@pytest.mark.parametrize("password", ["", "x", "\0", "\ud800", "x" * 1024])
def test_no_account_has_no_password(password: str) -> None:
    assert not verify_password(None, password)


@pytest.mark.parametrize("kept", ["", "!", "plain text", "$argon2id$broken"])
def test_what_is_no_hash_matches_nothing(kept: str) -> None:
    assert not verify_password(kept, kept)


def test_hashes_with_other_parameters_are_outdated() -> None:
    weaker = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("x")

    assert is_outdated(weaker)
    assert not is_outdated(hash_password("x"))


def test_a_password_is_remembered_under_its_name_only() -> None:
    remembered = RememberedPasswords()
    of_ada = RememberedPassword(uuid4(), "hash")
    remembered.remember("ada", "secret", of_ada)

    assert remembered.find("ada", "secret") == of_ada
    assert remembered.find("bob", "secret") is None
    assert remembered.find("ada", "Secret") is None
    remembered.forget("ada", "secret")
    assert remembered.find("ada", "secret") is None


def test_a_password_is_forgotten_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: clock)
    remembered = RememberedPasswords(seconds=300)
    remembered.remember("ada", "secret", RememberedPassword(uuid4(), "hash"))

    clock = 1299.0
    assert remembered.find("ada", "secret") is not None
    clock = 1301.0
    assert remembered.find("ada", "secret") is None


def test_of_too_many_passwords_the_oldest_is_forgotten() -> None:
    remembered = RememberedPasswords(size=2)
    for name in ("one", "two", "three"):
        remembered.remember(name, "secret", RememberedPassword(uuid4(), "hash"))

    found = [remembered.find(name, "secret") is not None for name in ("one", "two", "three")]

    assert found == [False, True, True]


def test_memory_holds_neither_names_nor_passwords() -> None:
    remembered = RememberedPasswords()
    remembered.remember("ada", "a secret", RememberedPassword(uuid4(), "hash"))

    assert "ada" not in repr(vars(remembered))
    assert "a secret" not in repr(vars(remembered))
