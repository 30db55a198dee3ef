"""What integration tests do in a quicker way where it is not what they are about."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from argon2 import PasswordHasher

from rowmill import mill
from rowmill.accounts import passwords
from tests.parsing import parse_here

QUICKER: dict[str, tuple[ModuleType, str, Any]] = {
    # Files are parsed without a process for each.
    "imports": (mill, "run_parse", parse_here),
    # Nearly every test registers somebody: a password is hashed in no time.
    "accounts": (passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)),
}
"""By the folder of the tests that do it as the program does: what stands for what elsewhere."""

REAL = {folder: getattr(module, name) for folder, (module, name, _) in QUICKER.items()}


@pytest.fixture(scope="session", autouse=True)
def quicker_ways() -> Iterator[None]:
    """From the first test on, also for fixtures of modules."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name, quicker in QUICKER.values():
            patch.setattr(module, name, quicker)
        yield


@pytest.fixture(autouse=True)
def real_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that are about it."""
    for folder in QUICKER.keys() & set(request.path.parts):
        module, name, _ = QUICKER[folder]
        monkeypatch.setattr(module, name, REAL[folder])
        passwords._decoy.cache_clear()  # which the other way has made
