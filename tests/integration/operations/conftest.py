"""A signed-in client with an inbox, and short words for operations and what they made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rowmill.context import Context
from tests.factories.accounts import register

Json = dict[str, Any]


@dataclass
class Bench:
    """What a client does with operations, with the worker running when it is told to."""

    client: TestClient
    work: Callable[[], None]

    def upload(self, content: str, name: str = "sales.csv") -> Json:
        """Send a file; its import waits for the worker."""
        answer = self.client.post("/api/upload-csv", files={"file": (name, content.encode())})
        assert answer.status_code == 201, answer.text
        body: Json = answer.json()
        return body

    def load(self, content: str, name: str = "sales.csv") -> Json:
        """Send a file and wait for its import."""
        answer = self.upload(content, name)
        self.work()
        return answer

    def start(self, **body: Any) -> Json:
        """Begin an operation."""
        answer = self.client.post("/api/operations", json=body)
        assert answer.status_code == 201, answer.text
        operation: Json = answer.json()
        return operation

    def perform(self, **body: Any) -> Json:
        """Begin an operation and wait for its end."""
        operation = self.start(**body)
        self.work()
        return self.get(operation["id"])

    def refused(self, **body: Any) -> Json:
        """What is wrong with a request that has to be refused as invalid."""
        answer = self.client.post("/api/operations", json=body)
        assert answer.status_code == 422, answer.text
        problem: Json = answer.json()
        return problem

    def get(self, operation_id: str) -> Json:
        """The operation."""
        operation: Json = (
            self.client.get(f"/api/operations/{operation_id}").raise_for_status().json()
        )
        return operation

    def preview(self, **body: Any) -> Json:
        """The effect of an operation."""
        answer = self.client.post("/api/operations/preview", json=body)
        assert answer.status_code == 200, answer.text
        effect: Json = answer.json()
        return effect

    def rows(self, dataset: str) -> list[Json]:
        """Every row of a small dataset."""
        answer = self.client.get(f"/api/datasets/{dataset}/records", params={"limit": 1000})
        items: list[Json] = answer.raise_for_status().json()["items"]
        return items

    def result(self, operation: Json) -> list[Json]:
        """Every row of the dataset that an operation made."""
        assert operation["status"] == "succeeded", operation["error"]
        return self.rows(operation["result"]["dataset"]["id"])

    def task(self, task_id: str, **parameters: Any) -> Json:
        """The status of a task."""
        answer = self.client.get("/api/task-status", params={"task_id": task_id, **parameters})
        assert answer.status_code == 200, answer.text
        task: Json = answer.json()
        return task

    def events(self) -> list[str]:
        """The kinds of all events about operations so far, oldest first."""
        answer = self.client.get("/api/activity", params={"limit": 1000}).raise_for_status()
        kinds = [event["kind"] for event in reversed(answer.json()["items"])]
        return [kind for kind in kinds if kind.startswith("operation.")]


@pytest.fixture
def bench(client: TestClient, work: Callable[[], None]) -> Bench:
    """The bench of a fresh user."""
    register(client, "ada@example.com")
    return Bench(client, work)


@pytest.fixture
def served(client: TestClient) -> Context:
    """What the app under test holds."""
    return cast("Context", cast("FastAPI", client.app).state.context)
