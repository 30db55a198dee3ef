"""`rowmill demo` at the server's console."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rowmill.demo import command, service
from rowmill.settings import Settings
from tests.integration.imports.conftest import Inbox, inbox

__all__ = ["inbox"]

Run = Callable[..., list[str]]


@pytest.fixture
def run(settings: Settings, database_url: str) -> Run:
    def run(user: str | None = None, *, remove: bool = False) -> list[str]:
        return list(command.run(settings, database_url, user, remove=remove))

    return run


def test_without_an_account_nothing_is_made(run: Run) -> None:
    with pytest.raises(service.NoAccount):
        run()


def test_it_goes_to_the_first_administrator_and_waits_for_a_worker(run: Run, inbox: Inbox) -> None:
    said = run()
    assert said[0] == "The demo is on its way into the workspace of ada@example.com."
    assert "No worker is alive" in said[1]
    inbox.work()
    assert inbox.client.get("/api/demo").json()["status"] == "ready"
    assert run("Ada@Example.com") == ["The demo is in the workspace of ada@example.com already."]
    assert run(remove=True) == ["The demo is gone from the workspace of ada@example.com."]
    with pytest.raises(service.NoDemo):
        run(remove=True)


def test_a_database_without_a_schema_is_told(settings: Settings, postgres_url: str) -> None:
    with pytest.raises(command.NotMigrated):
        list(command.run(settings, postgres_url, None, remove=False))
