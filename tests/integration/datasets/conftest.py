from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rowmill.context import Context
from tests.factories.accounts import Account, register
from tests.factories.datasets import Sheet, make_dataset


@pytest.fixture
def ada(client: TestClient) -> Account:
    """A user; the client is signed in as her, by cookie."""
    return register(client, "ada@example.com")


@pytest.fixture
def served(client: TestClient) -> Context:
    """What the app under test holds."""
    return cast("Context", cast("FastAPI", client.app).state.context)


@pytest.fixture
def make(served: Context, ada: Account) -> Callable[..., Sheet]:
    """Make a dataset of ada's from a query; see `tests.factories.datasets.make_dataset`."""

    def make_one(query: str | None = None, name: str = "Sales.csv") -> Sheet:
        return make_dataset(served, ada.workspace_id, query, name)

    return make_one


@pytest.fixture
def get(client: TestClient) -> Callable[..., Any]:
    """The JSON of a path below `/api/datasets/`, which has to be there."""

    def get_one(path: str, **parameters: Any) -> Any:
        answer = client.get(f"/api/datasets/{path}", params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return get_one
