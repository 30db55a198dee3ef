"""What integration tests do without where it is not what they are about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rowmill import mill
from tests.parsing import IN_A_CHILD, parse_here

ABOUT_PARSERS = "imports"  # the folder of tests that parse in a child process, as the program does


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
