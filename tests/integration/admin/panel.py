"""Short words for what an administrator does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi.testclient import TestClient

from tests.factories.accounts import Account


@dataclass
class Panel:
    """The administration, used over the API; `work` does the jobs that wait."""

    client: TestClient
    admin: Account
    work: Callable[[], None]

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """The answer to the administrator."""
        return self.client.request(
            method, f"/api/admin{path}", json=body, params=query, headers=self.admin.bearer
        )

    def get(self, path: str, **query: Any) -> Any:
        """The JSON of an answer that has to be there."""
        answer = self.call("GET", path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def change(self, account: Account, **changes: bool) -> Any:
        """The answer to a change of a user."""
        return self.call("PATCH", f"/users/{account.id}", changes)

    def kinds(self, **query: Any) -> list[str]:
        """The kinds of all events, newest first."""
        return [event["kind"] for event in self.get("/audit", **query)["items"]]

    def send(self, account: Account, dataset: str, content: str) -> Any:
        """A file sent by somebody: the answer's JSON."""
        answer = self.client.put(
            f"/api/datasets/{dataset}/data", content=content.encode(), headers=account.bearer
        )
        assert answer.status_code == 201, answer.text
        return answer.json()
