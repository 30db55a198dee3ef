"""What integration tests do without where it is not what they are about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from rowmill import mill
from rowmill.accounts import passwords
from tests.parsing import IN_A_CHILD, parse_here

ABOUT_PARSERS = "imports"  # the folder of tests that parse in a child process, as the program does
ABOUT_PASSWORDS = "accounts"  # the folder of tests that hash passwords as the program does
STRONG = passwords.HASHER
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Nearly every test registers somebody: a password is hashed in no time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", QUICK)
        yield


@pytest.fixture(autouse=True)
def strong_passwords(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed as the program does it, where tests are about that."""
    if ABOUT_PASSWORDS in request.path.parts:
        monkeypatch.setattr(passwords, "HASHER", STRONG)
        passwords._decoy.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def parser_in_this_process() -> Iterator[None]:
    """Files are parsed without a process for each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mill, "run_parse", parse_here)
        yield


@pytest.fixture(autouse=True)
def parser_in_a_child(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are parsed as the program does it, where tests are about that."""
    if ABOUT_PARSERS in request.path.parts:
        monkeypatch.setattr(mill, "run_parse", IN_A_CHILD)
