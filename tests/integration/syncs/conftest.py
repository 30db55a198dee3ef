"""A signed-in client with a sync to a shop, and a worker that runs when it is told to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from rowmill.settings import Settings
from tests.factories.destinations import Shop, open_shop
from tests.integration.imports.conftest import Inbox, inbox

__all__ = ["inbox"]

Json = dict[str, Any]


@dataclass
class Desk:
    """What somebody does with syncs."""

    inbox: Inbox
    client: TestClient
    work: Callable[[], None]

    def load(self, content: str, dataset: str = "goods", mode: str = "upsert") -> None:
        """Send rows with the key `id`."""
        run = self.inbox.load(dataset, content, mode=mode, key="id")
        assert run["status"] == "succeeded", run

    def make(self, shop: Shop, **wanted: Any) -> Json:
        """A sync of the goods to the shop, without a schedule."""
        target = {"kind": "http", "url": shop.url, "path": "/goods", **wanted.pop("target", {})}
        body = {"name": "Goods", "dataset": "goods", "destination": target, **wanted}
        answer = self.client.post("/api/syncs", json=body)
        assert answer.status_code == 201, answer.text
        made: Json = answer.json()
        return made

    def run(self, sync: str = "goods") -> Json:
        """Run it now; the run, when the worker has done what it could."""
        answer = self.client.post(f"/api/syncs/{sync}/run")
        assert answer.status_code == 202, answer.text
        self.work()
        found: Json = self.items("runs", sync)[0]
        assert found["id"] == answer.json()["id"]
        return found

    def get(self, sync: str = "goods") -> Json:
        """The sync."""
        found: Json = self.client.get(f"/api/syncs/{sync}").raise_for_status().json()
        return found

    def patch(self, sync: str = "goods", **changed: Any) -> Json:
        """Change the sync."""
        answer = self.client.patch(f"/api/syncs/{sync}", json=changed)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    def items(self, what: str, sync: str = "goods", **query: Any) -> list[Json]:
        """The newest runs, batches or rejects."""
        answer = self.client.get(f"/api/syncs/{sync}/{what}", params={"limit": 1000, **query})
        found: list[Json] = answer.raise_for_status().json()["items"]
        return found

    def events(self) -> list[str]:
        """The kinds of all events about syncs so far, oldest first."""
        return [kind for kind in self.inbox.events() if kind.startswith("sync.")]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path / "data",
        min_free_bytes=0,
        allow_private_hosts=("127.0.0.1",),
        shortest_interval_seconds=1,
        sync_retry_seconds=1,
        _env_file=None,
    )


@pytest.fixture
def desk(inbox: Inbox) -> Desk:
    return Desk(inbox, inbox.client, inbox.work)


@pytest.fixture
def shop() -> Iterator[Shop]:
    with open_shop() as shop:
        yield shop
