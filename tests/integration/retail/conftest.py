from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.programs import PASSWORD


@dataclass
class Shop:
    """A user who sends sales, products and stock, and reads what comes of them."""

    client: TestClient
    work: Callable[[], None]

    def send(self, template: str, content: str, **fields: str) -> Any:
        """Upload a file with a template and wait for its import; returns the import."""
        answer = self.client.post(
            "/api/upload",
            files={"file": (f"{template}.csv", content.encode())},
            data={"template": template, **fields},
        )
        assert answer.status_code == 201, answer.text
        self.work()
        run = self.client.get(f"/api/imports/{answer.json()['import_id']}").json()
        assert run["status"] == "succeeded", run["error"]
        return run

    def get(self, path: str, **parameters: Any) -> Any:
        """The JSON of a path, which has to be there."""
        answer = self.client.get(path, params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def pages(self, path: str, name: str, **parameters: Any) -> list[Any]:
        """All items of a list, page by page."""
        items: list[Any] = []
        cursor: str | None = None
        while True:
            more = {"cursor": cursor} if cursor else {}
            answer = self.get(path, **parameters, **more)
            items += answer[name]
            cursor = answer["next_cursor"]
            if cursor is None:
                return items


@pytest.fixture
def shop(client: TestClient, work: Callable[[], None]) -> Shop:
    """A fresh user without any data."""
    account = {"email": "ada@example.com", "password": PASSWORD}
    assert client.post("/api/register", json=account).status_code == 201
    return Shop(client, work)
