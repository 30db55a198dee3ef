"""A signed-in client, and short words for sending files and looking at what became of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.programs import PASSWORD


@dataclass
class Inbox:
    """What a sender of files can do, with the worker running when it is told to."""

    client: TestClient
    work: Callable[[], None]

    def put(self, dataset: str, content: bytes | str, **options: str) -> Any:
        """Send a body into a dataset; returns the answer's JSON."""
        body = content.encode() if isinstance(content, str) else content
        answer = self.client.put(f"/api/datasets/{dataset}/data", content=body, params=options)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    def load(self, dataset: str, content: bytes | str, **options: str) -> Any:
        """Send a body and wait for its import; returns the import."""
        answer = self.put(dataset, content, **options)
        self.work()
        return self.run(answer["import_id"])

    def run(self, import_id: str) -> Any:
        """The import."""
        return self.client.get(f"/api/imports/{import_id}").raise_for_status().json()

    def rows(self, dataset: str) -> list[dict[str, Any]]:
        """Every row of a small dataset."""
        answer = self.client.get(f"/api/datasets/{dataset}/records", params={"limit": 1000})
        items: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
        return items

    def rejects(self, run: Any) -> list[dict[str, Any]]:
        """The rejects of an import."""
        answer = self.client.get(f"/api/imports/{run['id']}/rejects", params={"limit": 1000})
        items: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
        return items

    def events(self) -> list[str]:
        """The kinds of all events so far, oldest first."""
        answer = self.client.get("/api/activity", params={"limit": 1000}).raise_for_status()
        return [event["kind"] for event in reversed(answer.json()["items"])]


@pytest.fixture
def inbox(client: TestClient, work: Callable[[], None]) -> Inbox:
    """The inbox of a fresh user."""
    account = {"email": "ada@example.com", "password": PASSWORD}
    assert client.post("/api/register", json=account).status_code == 201
    return Inbox(client, work)
