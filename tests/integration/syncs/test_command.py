"""`rowmill sync`: it delivers, whether or not a worker is alive."""

from __future__ import annotations

import pytest

from rowmill import jobs
from rowmill.settings import Settings
from rowmill.syncs import command, running
from rowmill.worker import helping
from tests.factories.destinations import Shop, error_500
from tests.integration.syncs.conftest import Desk

ROWS = 30


def said(settings: Settings, database_url: str, slug: str | None = None) -> list[str]:
    return list(command.run(settings, database_url, slug, helping))


def test_without_a_worker_the_command_does_the_work_itself(
    desk: Desk,
    shop: Shop,
    settings: Settings,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(running, "TURN", 0.2)  # so that it takes several runs
    desk.load("id\n" + "\n".join(map(str, range(ROWS))))
    desk.make(shop, batch_size=1)

    first = said(settings, database_url)
    second = said(settings, database_url, "goods")

    assert first == [
        "No worker is alive, so this is done here.",
        f"Goods: sent {ROWS} records in {ROWS} batches, 0 refused.",
    ]
    assert second[-1] == "Goods: nothing to send."
    assert sorted(shop.state) == list(range(ROWS))
    assert not jobs.stopping.is_set()


def test_what_could_not_be_delivered_is_said_with_the_reason(
    desk: Desk, shop: Shop, settings: Settings, database_url: str
) -> None:
    desk.load("id\n1\n")
    desk.make(shop)
    shop.failures = [error_500] * 50
    sentences = command.run(settings, database_url, None, helping)
    assert next(sentences).startswith("No worker is alive")
    assert "500" in next(sentences)
    with pytest.raises(command.SyncUndelivered):
        next(sentences)
    with pytest.raises(command.NoSync):
        said(settings, database_url, "nobody-knows-it")
